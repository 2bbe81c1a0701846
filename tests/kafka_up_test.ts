import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { pause } from "../core/pause.ts";
import { sandbox } from "./_cli.ts";
import { testBroker } from "./_kafka.ts";
import { createKafkaBus } from "../streaming/kafka/kafka_bus.ts";
import { startService } from "./_service.ts";
import { append, UP } from "./_up.ts";

const EXAMPLE = fileURLToPath(new URL("../examples/three_services/", import.meta.url));
const kafka = testBroker("kafka_up_test");

kafka.test("two workers of a group answer three services over Kafka, one is killed, none is missing", async ({ bootstrap }) => {
  await using box = await sandbox();
  const bus = ["--bus", "kafka", "--bootstrap", bootstrap];
  const made = await box.cli([
    "stream-topics-create",
    "--bootstrap",
    bootstrap,
    "--partitions",
    "2",
  ]);
  assert.equal(made.code, 0, made.stderr);
  const again = await box.cli([
    ...["stream-topics-create", "--containers", "backend", "--bootstrap", bootstrap],
  ]);
  assert.match(again.stdout, /logs\.ctx\.backend {2}was there/);

  // Two of one group share all contexts; the third service is theirs, too.
  const worker = ["worker", "--topic", "*", ...bus];
  await using first = startService(box, worker);
  await using second = startService(box, worker);
  await first.until("service.start");
  await second.until("service.start");
  await using up = startService(box, [
    "up",
    ...bus,
    "--workers",
    "0",
    "--window-sec",
    "1",
    "--no-status",
  ]);
  await up.until("service.start");
  const services = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-config", `${EXAMPLE}start.ts`, "8", box.ws],
    stdout: "null",
  }).spawn();
  for (const name of ["backend", "frontend", "worker"]) {
    await up.until("service.result", ({ container }) => container === name);
  }
  assert.match((await up.until("service.result", ({ plan }) => plan !== "")).plan, /\w/);
  // One goes in the middle; what it had is answered by the other.
  second.kill("SIGKILL");
  await services.status;
  // The last contexts are on their way.
  await pause(3_000);
  up.kill("SIGINT");
  assert.equal((await up.ended).code, 0);

  await using reader = createKafkaBus({ bootstrap });
  const ids = async (topic: string) => {
    const seen: string[] = [];
    const messages = reader.subscribe(topic, { after: 0, maxsize: 0 });
    for (let m; (m = await messages.get({ timeoutMs: 5_000 }));) seen.push(m.id);
    return seen;
  };
  const contexts = new Set(await ids("logs.ctx.*"));
  assert.ok(contexts.size >= 3, `${contexts.size} contexts`);
  // The dead member's share is handed on after its session is over.
  let missing: string[] = [];
  for (let i = 0; i < 10; i++) {
    const answered = new Set(await ids("agent.results.*"));
    missing = [...contexts].filter((id) => !answered.has(`${id}:result`));
    if (missing.length === 0) break;
  }
  assert.deepEqual(missing, []);
  first.kill("SIGINT");
  const { code, stderr } = await first.ended;
  assert.equal(code, 0, stderr);
  const { stdout } = await box.cli(["last", "--container", "frontend", "--what", "key_points"]);
  assert.match(stdout, /502/);
  const tail = await box.cli([
    "tail",
    "--stream",
    "agent.results.backend",
    "--bootstrap",
    bootstrap,
  ]);
  const results = tail.stdout.trim().split("\n").map((line) => JSON.parse(line));
  assert.ok(results.length > 0 && results.every(({ container }) => container === "backend"));
});

kafka.test("a task from elsewhere becomes a job here, and its result goes back", async ({ bootstrap }) => {
  await using box = await sandbox({
    "deno.json": "{}",
    "a_test.ts": `Deno.test("a", () => {});\n`,
  });
  await using up = startService(box, ["up", "--bootstrap", bootstrap, "--no-status"]);
  await up.until("service.start");
  await using far = createKafkaBus({ bootstrap });
  const results = far.subscribe<{ id: string }>("agent.results");
  await far.ready();
  await far.send("agent.tasks", { id: "far-1", payload: { task: "run_tests" } });
  const waits = async () => /^pending 1/.test((await box.cli(["queue", "status"])).stdout);
  for (let i = 0; i < 40 && !await waits(); i++) await new Promise((done) => setTimeout(done, 500));
  const run = await box.cli(["queue", "run", "--once"]);
  assert.equal(run.stdout, "far-1 done\n", run.stderr);
  assert.equal((await results.get({ timeoutMs: 20_000 }))?.value.id, "far-1");
  up.kill("SIGINT");
  assert.equal((await up.ended).code, 0);
});

kafka.test("up sends each line of a flood to the broker, masked, whatever it was busy with", async ({ bootstrap }) => {
  const COUNT = 60_000;
  const line = (n: number) => `INFO n=${n} password=hunter${n}\n`;
  const lines = Array.from({ length: COUNT }, (_, n) => line(n));
  await using box = await sandbox({ "logs/flood.log": "ERROR the start\n" });
  const bus = ["--bus", "kafka", "--bootstrap", bootstrap];
  await using up = startService(box, [...UP, "--from-start", ...bus]);
  await up.until("service.result", ({ key_points }) => key_points.includes("the start"));
  await append(box, "logs/flood.log", lines.join("") + "ERROR the end\n");
  await up.until("service.result", ({ key_points }) => key_points.includes("the end"));
  up.kill("SIGINT");
  const { code, stderr } = await up.ended;
  assert.equal(code, 0, stderr);
  const { counts } = up.events.at(-1)!.data as { counts: Record<string, number> };
  assert.equal(counts["dead letters"], 0);

  await using reader = createKafkaBus({ bootstrap });
  const raw = reader.subscribe<{ line: string }>("logs.raw.flood", { after: 0, policy: "block" });
  await reader.ready();
  const seen = new Set<string>();
  for (let next; seen.size < COUNT + 2 && (next = await raw.get({ timeoutMs: 20_000 }));) {
    seen.add(next.value.line);
  }
  const told = up.events.flatMap(({ type, data }) => type === "service.notice" ? [data] : []);
  assert.equal(seen.size, COUNT + 2, JSON.stringify([told, reader.health()]));
  assert.ok([...seen].every((line) => !line.includes("hunter")));
});

kafka.test("up whose broker is dead ends in order, and what it had is answered at the next start", async (broker) => {
  await using box = await sandbox({ "logs/shop.log": "" });
  {
    const bus = ["--bus", "kafka", "--bootstrap", broker.bootstrap];
    await using up = startService(box, [...UP, ...bus]);
    await up.until("service.start");
    await append(box, "logs/shop.log", "ERROR while it lived\n");
    await up.until("service.result", ({ key_points }) => key_points.includes("while it lived"));
    await broker.kill9();
    await append(box, "logs/shop.log", "ERROR after it died\n");
    await pause(3_000);
    up.kill("SIGINT");
    // Killed for taking too long it would have none.
    const { code, stderr } = await up.ended;
    assert.equal(code, 0, stderr);
  }
  await using up = startService(box, [...UP, "--bus", "local"]);
  const { key_points } = await up.until("service.result");
  assert.equal(key_points, "1x ERROR after it died");
});

kafka.test("a second Ctrl-C does not wait for what up has to tidy up", async (broker) => {
  await using box = await sandbox({ "logs/shop.log": "" });
  const bus = ["--bus", "kafka", "--bootstrap", broker.bootstrap];
  await using up = startService(box, [...UP, ...bus]);
  await up.until("service.start");
  await append(box, "logs/shop.log", "ERROR while it lived\n");
  await up.until("service.result");
  await broker.kill9();
  await append(box, "logs/shop.log", "ERROR after it died\n");
  await pause(3_000);
  const since = performance.now();
  up.kill("SIGINT");
  await pause(200);
  up.kill("SIGINT");
  const { code, stderr } = await up.ended;
  // It may just have been done.
  assert.ok(code === 130 || code === 0, `${code}`);
  assert.equal(stderr, "");
  assert.ok(performance.now() - since < 2_000, `${performance.now() - since} ms`);
});
