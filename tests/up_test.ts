import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { sandbox } from "./_cli.ts";
import { freePort, startService } from "./_service.ts";
import { append, until, UP } from "./_up.ts";

const EXAMPLE = fileURLToPath(new URL("../examples/three_services/", import.meta.url));
const LOG = "2026-11-28 10:00:00 ERROR no such table: users\n    at load (/app/src/db.ts:3:7)\n";

/** A program named docker: containers by name, each says two lines and goes on. */
const DOCKER = `#!/bin/sh
if [ "$1" = ps ]; then cat "$(dirname "$0")/names"; exit 0; fi
now=$(date -u +%Y-%m-%dT%H:%M:%S)
echo "$now.1Z ERROR no such table: users"
echo "$now.2Z     at load (/app/db.ts:3:7)"
exec sleep 60
`;

Deno.test("up shows within seconds what goes wrong in three services that rotate their logs", async () => {
  await using box = await sandbox();
  const port = freePort();
  await using up = startService(box, ["up", "--window-sec", "1", "--status-port", `${port}`]);
  const { status } = await up.until("service.start");
  const services = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-config", `${EXAMPLE}start.ts`, "8", box.ws],
    stdout: "null",
  }).spawn();
  for (const container of ["backend", "frontend", "worker"]) {
    const result = await up.until("service.result", (data) => data.container === container);
    assert.notEqual(result.key_points, "", container);
    assert.ok(result.ms! < 10_000, `${result.ms} ms`);
  }
  const found = await up.until("service.result", ({ plan }) => plan.includes("backend.ts"));
  assert.match(found.plan, /Open .*backend\.ts at line \d+/);
  assert.equal((await (await fetch(`${status}/health`)).json()).ok, true);
  const { names } = await (await fetch(`${status}/containers`)).json();
  assert.deepEqual(names, ["backend", "frontend", "worker"]);
  const page = await (await fetch(`${status}/`)).text();
  assert.match(page, /backend/);
  const { items } = await (await fetch(`${status}/api/events/tail?topic=agent.results.backend`))
    .json();
  assert.ok(items.length > 0);
  const metrics = await (await fetch(`${status}/metrics?format=prometheus`)).text();
  assert.match(metrics, /^dspy_bus_published_total [1-9]/m);
  await services.status;
  up.kill("SIGINT");
  const { code, stderr } = await up.ended;
  assert.equal(code, 0, stderr);
  const last = up.events.at(-1)!;
  assert.equal(last.type, "service.end");
  assert.ok((last.data as { counts: { lines: number } }).counts.lines > 100);
  const { stdout } = await box.cli(["last", "--container", "backend", "--what", "plan"]);
  assert.match(stdout, /backend\.ts/);
});

Deno.test("up goes on where it was: what came meanwhile is answered, nothing twice", async () => {
  await using box = await sandbox({ "logs/api.log": "INFO before\n" });
  {
    await using up = startService(box, UP);
    await up.until("service.start");
    await append(box, "logs/api.log", LOG);
    const { key_points } = await up.until("service.result");
    assert.equal(key_points, "1x ERROR no such table: users");
    up.kill("SIGKILL");
    await up.ended;
  }
  // The jail ends with its launcher, and works off first what it knows of.
  await gone(box.ws);
  await append(box, "logs/api.log", "ERROR second thing\n");
  await using up = startService(box, UP);
  const { key_points } = await up.until("service.result");
  assert.equal(key_points, "1x ERROR second thing");
  up.kill("SIGTERM");
  const { code } = await up.ended;
  assert.equal(code, 143);
  assert.equal(up.events.filter(({ type }) => type === "service.result").length, 1);
});

Deno.test("up --from-start reads again what was read, right after another was killed", async () => {
  await using box = await sandbox({
    "logs/api.log": "\x1b[31mERROR\x1b[0m no such table: users\n",
  });
  {
    await using up = startService(box, UP);
    const { text } = await up.until("service.notice", ({ level }) => level === "info");
    assert.equal(text, "a first run begins at the end of 1 log: --from-start reads what is there");
    await up.until("service.start");
    up.kill("SIGKILL");
    await up.ended;
  }
  for (let i = 0; i < 2; i++) {
    await using up = startService(box, [...UP, "--from-start"]);
    const { key_points } = await up.until("service.result");
    assert.equal(key_points, "1x ERROR no such table: users");
    up.kill("SIGINT");
    assert.equal((await up.ended).code, 0);
  }
});

Deno.test("two up in one workspace: the second says so and ends, the first goes on", async () => {
  await using box = await sandbox({ "logs/api.log": "" });
  await using first = startService(box, ["up", "--window-sec", "1", "--no-status"]);
  await first.until("service.start");
  const second = await box.cli(["up", "--no-status"]);
  assert.equal(second.code, 1);
  assert.ok(second.stderr.includes(`another up (process ${first.pid}) watches this workspace`));
  await append(box, "logs/api.log", LOG);
  await first.until("service.result");
});

Deno.test("up --docker answers what containers say, which the launcher follows for it", async () => {
  await using box = await sandbox({ "bin/docker": DOCKER, "bin/names": "api-1\n" });
  await Deno.chmod(`${box.ws}/bin/docker`, 0o755);
  const path = { PATH: `${box.ws}/bin:${Deno.env.get("PATH")}` };
  await using up = startService(box, ["up", "--docker", "--window-sec", "1", "--no-status"], path);
  const { logs } = await up.until("service.start");
  assert.deepEqual(logs.map(({ container, log_file }) => `${container} ${log_file}`), [
    "backend docker:api-1",
  ]);
  const { container, key_points, plan } = await up.until("service.result");
  assert.deepEqual([container, key_points], ["backend", "1x ERROR no such table: users"]);
  assert.match(plan, /Open \/app\/db\.ts at line 3/);
  // One that starts later.
  await Deno.writeTextFile(`${box.ws}/bin/names`, "mail-1\n", { append: true });
  await up.until("service.result", ({ container }) => container === "mail-1");
  up.kill("SIGINT");
  assert.equal((await up.ended).code, 0);
});

Deno.test("up takes what no reader can use to the dead letters, and redrive brings it back", async () => {
  await using box = await sandbox({ "logs/api.log": "" });
  // Left by hand, as another process would.
  const store = await (await import("../core/store/sqlite.ts"))
    .openSqliteStore(`${await folder(box.ws)}/store.db`);
  const { putInbox } = await import("../streaming/bus/inbox.ts");
  await putInbox(store, [{ topic: "logs.ctx.api", value: { poison: true } }]);
  await store.close();
  await using up = startService(box, ["up", "--window-sec", "1", "--no-status"]);
  await up.until("service.notice", ({ text }) => text.includes("no context"));
  const listed = await until(async () => {
    const { stdout } = await box.cli(["dlq", "list"]);
    return stdout.includes("logs.ctx.api") ? stdout : undefined;
  });
  assert.match(listed, /no context: a message has the form/);
  const redriven = await box.cli(["dlq", "redrive"]);
  assert.match(redriven.stdout, /^1 put into the inbox/);
  // It is poison still: given up again, and kept again.
  await until(async () => {
    const { stdout } = await box.cli(["dlq", "list"]);
    return stdout.includes("poison") ? stdout : undefined;
  });
});

Deno.test("up says what is wrong with its flags, and where a port is taken", async () => {
  await using box = await sandbox();
  const open = await box.cli(["up", "--status-host", "0.0.0.0"]);
  assert.deepEqual([open.code, /anybody could ask it.*API_TOKENS/.test(open.stderr)], [2, true]);
  const wish = await box.cli(["up", "--bus", "kafka"]);
  assert.deepEqual([wish.code, /no broker is named/.test(wish.stderr)], [2, true]);
  const port = await box.cli(["up", "--status-port", "99999"]);
  assert.equal(port.code, 2);
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const busy = await box.cli(["serve", "--port", `${(taken.addr as Deno.NetAddr).port}`]);
  assert.equal(busy.code, 1);
  assert.match(busy.stderr, /port/);
  const alone = await box.cli(["worker", "--topic", "app"]);
  assert.deepEqual([alone.code, /over Kafka/.test(alone.stderr)], [2, true]);
});

Deno.test("stream-init writes the configuration once, and again only with --force", async () => {
  await using box = await sandbox({ "logs/shop.log": "" });
  const first = await box.cli(["stream-init"]);
  assert.deepEqual([first.code, first.stdout], [0, "wrote .dspy_stream.json\n"]);
  const { containers } = JSON.parse(await box.read(".dspy_stream.json"));
  assert.deepEqual(containers, [{ container: "shop", services: ["shop"] }]);
  const second = await box.cli(["stream-init", "--containers", "a"]);
  assert.deepEqual([second.code, /left as it is/.test(second.stderr)], [1, true]);
  assert.equal((await box.cli(["stream-init", "--containers", "mail", "--force"])).code, 0);
  const { stdout } = await box.cli(["stream-topics"]);
  assert.match(stdout, /--topic logs\.ctx\.mail /);
});

Deno.test("a service's process may listen where it says, and touch nothing else", async () => {
  await using box = await sandbox();
  const { stdout } = await box.cli(["permissions", "explain", "up"]);
  assert.match(stdout, /--allow-net=127\.0\.0\.1:8765 /);
  assert.doesNotMatch(stdout, /--allow-run=|--allow-env=|--allow-write=\S*ws[, ]/);
});

Deno.test("queue: a job is submitted, run in the jail, and its result kept", async () => {
  await using box = await sandbox({
    "deno.json": "{}",
    "a_test.ts": `Deno.test("fine", () => {});\n`,
  });
  const { stdout } = await box.cli(["queue", "submit", "run_tests", "--id", "one"]);
  assert.match(stdout, /^submitted one/);
  const again = await box.cli(["queue", "submit", "run_tests", "--id", "one"]);
  assert.equal(again.code, 1);
  const run = await box.cli(["queue", "run", "--once"]);
  assert.equal(run.stdout, "one done\n", run.stderr);
  assert.match(run.stderr, /^1 attempt ended$/m);
  const shown = JSON.parse((await box.cli(["queue", "status", "one"])).stdout);
  assert.deepEqual([shown.state, shown.runner_result.ok], ["done", true]);
  assert.equal((await box.cli(["queue", "submit", "run_tests", "{bad"])).code, 2);
  await Deno.writeTextFile(`${box.ws}/a_test.ts`, `Deno.test("not", () => { throw 1; });\n`);
  await box.cli(["queue", "submit", "run_tests", "--id", "two"]);
  const failing = await box.cli(["queue", "run", "--once"]);
  assert.deepEqual([failing.stdout, failing.code], ["two done, not ok\n", 1]);
});

async function folder(ws: string): Promise<string> {
  await Deno.mkdir(`${ws}/.dspy`, { recursive: true, mode: 0o700 });
  return `${ws}/.dspy`;
}

/** Waits until the process of a killed launcher is gone, too: then nobody holds the workspace. */
async function gone(ws: string): Promise<void> {
  await until(async () => {
    using lock = await Deno.open(`${ws}/.dspy/up.lock`, { read: true, write: true });
    return await lock.tryLock(true) ? true : undefined;
  });
}
