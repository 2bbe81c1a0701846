// What goes wrong around `up`: kills, full and read-only disks, damaged state, logs that are none,
// poison, hostile text, a model that is away. The real program in its jail; nothing hangs, nothing
// is lost silently.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "../core/store/sqlite.ts";
import { putInbox } from "../streaming/bus/inbox.ts";
import { type Sandbox, sandbox } from "./_cli.ts";
import { freePort, type RunningService, startService } from "./_service.ts";

const UP = ["up", "--window-sec", "1", "--no-status"];
const ESC = "\x1b";
/** Made up; they have the forms of keys. */
const KEYS = [`sk-${"a1B2c3D4".repeat(5)}`, "AKIA" + "ABCDEFGHIJKLMNOP"];

const hasUnshare = await works("unshare", "-Urm", "true");

Deno.test("up, killed at any moment while a log grows and rotates, loses no line and answers none twice", async () => {
  await using box = await sandbox({ "logs/shop.log": "" });
  let next = 0;
  let writing = true;
  let up = startService(box, UP);
  await up.until("service.start");
  const writer = (async () => {
    for (let turn = 1; writing; turn++) {
      const lines = Array.from({ length: 20 }, () => `ERROR n=${next++} no\n`);
      await append(box, "logs/shop.log", lines.join(""));
      if (turn % 30 === 0) await rotate(`${box.ws}/logs/shop.log`, 40);
      await sleep(25);
    }
  })();
  try {
    for (let kill = 0; kill < 8; kill++) {
      await sleep(Math.random() * 1_600);
      await killBoth(up);
      up = startService(box, UP);
      if (kill % 2 === 0) await up.until("service.start");
    }
    writing = false;
    await writer;
    await up.until("service.start");
    await until(async () => (await numbers(box)).size === next ? true : undefined, 15_000)
      .catch(() => undefined);
    up.kill("SIGINT");
    assert.equal((await up.ended).code, 0);
  } finally {
    writing = false;
    await using _ = up;
  }
  const found = await numbers(box);
  const lost = Array.from({ length: next }, (_, n) => n).filter((n) => !found.has(n));
  assert.deepEqual(lost.slice(0, 10), [], `${lost.length} of ${next} lines are lost`);
  const twice = [...found].filter(([, ids]) => ids.size > 1).map(([n]) => n);
  assert.deepEqual(twice.slice(0, 10), [], `${twice.length} of ${next} are in two contexts`);
  const contexts = new Set((await stored(box, "logs.ctx.shop")).map(({ id }) => id));
  const results = new Set((await stored(box, "agent.results.shop")).map(({ id }) => id));
  const open = [...contexts].filter((id) => !results.has(`${id}:result`));
  assert.deepEqual(open, [], `${open.length} of ${contexts.size} contexts were never answered`);
});

Deno.test("up, its launcher killed, ends by itself within ten seconds", async () => {
  await using box = await sandbox({ "logs/shop.log": "" });
  await using up = startService(box, UP);
  await up.until("service.start");
  const service = await childOf(up.pid);
  up.kill("SIGKILL");
  const since = performance.now();
  await until(async () => await isAlive(service) ? undefined : true, 10_000);
  assert.ok(performance.now() - since < 10_000);
});

Deno.test({
  name: "up on a disk that fills up says so, holds what comes, and answers it once there is room",
  ignore: !hasUnshare && skip("full disk of up", "unshare -Urm is not allowed here"),
  async fn() {
    await using box = await sandbox({ "logs/shop.log": "" });
    await Deno.mkdir(`${box.ws}/.dspy`, { mode: 0o700 });
    // The logs are on another disk: they can grow.
    const script = `mount -t tmpfs -o size=3m,mode=700 none .dspy
      (
        wait_for() { while [ ! -e "$1" ]; do [ -d logs ] || exit; sleep 0.1; done; }
        wait_for fill; dd if=/dev/zero of=.dspy/fill bs=4k 2>/dev/null; touch filled
        wait_for free; rm .dspy/fill
      ) >/dev/null 2>&1 & exec "$@"`;
    await using up = startService(box, UP, {}, ["unshare", "-Urm", "sh", "-c", script, "sh"]);
    await up.until("service.start");
    await box.write("fill", "");
    await until(() => exists(`${box.ws}/filled`));
    const many = Array.from({ length: 900 }, (_, n) => `ERROR n=${n} ${"x".repeat(900)}\n`);
    await append(box, "logs/shop.log", many.join(""));
    await append(box, "logs/shop.log", "ERROR the last one\n");
    await up.until("service.notice", ({ text }) => /full|no space/i.test(text));
    assert.ok(!up.events.some(({ type }) => type === "service.error"));
    await box.write("free", "");
    const { key_points } = await up.until("service.result");
    assert.match(key_points, /ERROR n=/);
    up.kill("SIGINT");
    assert.equal((await up.ended).code, 0);
  },
});

Deno.test({
  name: "up on a read-only or full .dspy says so, and works without a store",
  ignore: !hasUnshare && skip("read-only disk of up", "unshare -Urm is not allowed here"),
  async fn() {
    for (
      const mount of [
        "mount --bind .dspy .dspy; mount -o remount,bind,ro .dspy",
        "mount -t tmpfs -o size=64k,mode=700 none .dspy; dd if=/dev/zero of=.dspy/fill 2>/dev/null",
      ]
    ) {
      await using box = await sandbox({ "logs/shop.log": "" });
      await Deno.mkdir(`${box.ws}/.dspy`, { mode: 0o700 });
      const through = ["unshare", "-Urm", "sh", "-c", `${mount}; exec "$@"`, "sh"];
      await using up = startService(box, UP, {}, through);
      await up.until("service.notice", ({ text }) => /nothing outlasts/.test(text));
      await up.until("service.start");
      await append(box, "logs/shop.log", "ERROR still\n");
      assert.equal((await up.until("service.result")).key_points, "1x ERROR still");
      up.kill("SIGINT");
      assert.equal((await up.ended).code, 0);
    }
  },
});

Deno.test("up with a damaged store keeps it aside, one of a newer version is left alone", async () => {
  await using damaged = await sandbox({ "logs/shop.log": "" });
  await damaged.write(".dspy/store.db", `SQLite format 3\0${"no database".repeat(2_000)}`);
  await Deno.chmod(`${damaged.ws}/.dspy`, 0o700);
  await answers(damaged, /kept as/);
  await using newer = await sandbox({ "logs/shop.log": "" });
  await newer.write(".dspy/.gitignore", "*\n");
  await Deno.chmod(`${newer.ws}/.dspy`, 0o700);
  const db = new DatabaseSync(`${newer.ws}/.dspy/store.db`);
  db.exec("PRAGMA user_version = 99");
  db.close();
  const before = await Deno.readFile(`${newer.ws}/.dspy/store.db`);
  await answers(newer, /newer dspy-code/);
  assert.deepEqual(await Deno.readFile(`${newer.ws}/.dspy/store.db`), before);
});

Deno.test("up passes over what is no log, and reads what is a bad one", async () => {
  const names = ["big", "binary", "utf8", "nul", "replaced"];
  await using box = await sandbox(
    Object.fromEntries(names.map((name) => [`logs/${name}.log`, ""])),
  );
  await Deno.writeTextFile(`${box.folder}/outside.log`, "ERROR of nobody's business\n");
  await Deno.symlink("../../outside.log", `${box.ws}/logs/link.log`);
  await Deno.mkdir(`${box.ws}/logs/folder.log`);
  assert.ok(await works("mkfifo", `${box.ws}/logs/aaa.log`));
  await using up = startService(box, UP);
  const { logs } = await up.until("service.start");
  assert.deepEqual(logs.map(({ container }) => container), [...names].sort());
  const service = await childOf(up.pid);
  const mib = new Uint8Array(1 << 20).fill(0x78);
  mib.set(new TextEncoder().encode("ERROR "));
  {
    using big = await Deno.open(`${box.ws}/logs/big.log`, { append: true });
    for (let i = 0; i < 100; i++) await big.write(mib);
    await big.write(new TextEncoder().encode("\nERROR after the big one\n"));
  }
  const random = crypto.getRandomValues(new Uint8Array(60_000));
  await Deno.writeFile(`${box.ws}/logs/binary.log`, random, { append: true });
  await Deno.writeFile(
    `${box.ws}/logs/utf8.log`,
    Uint8Array.of(0xff, 0xc3, 0x28, ...new TextEncoder().encode(" ERROR bad bytes\n")),
    { append: true },
  );
  await append(box, "logs/nul.log", "ERROR a\0b\0c\n");
  for (let i = 0; i < 20; i++) {
    await append(box, "logs/replaced.log", `ERROR replaced n=${i}\n`);
    await Deno.writeTextFile(`${box.ws}/logs/new`, `ERROR begun n=${i}\n`);
    await Deno.rename(`${box.ws}/logs/new`, `${box.ws}/logs/replaced.log`);
  }
  await append(box, "logs/replaced.log", "ERROR in the end\n");
  // One that comes later, and one that is a pipe later: the rest is still found.
  assert.ok(await works("mkfifo", `${box.ws}/logs/later.log`));
  await append(box, "logs/zzz.log", "ERROR the newest\n");
  const said = async (container: string, text: RegExp) =>
    await up.until(
      "service.result",
      (data) => data.container === container && text.test(`${data.summary}\n${data.key_points}`),
    );
  await said("utf8", /bad bytes/);
  await said("nul", /ERROR a/);
  await said("replaced", /in the end/);
  await said("zzz", /the newest/);
  await said("big", /after the big one/);
  assert.doesNotMatch(JSON.stringify(up.events), /nobody's business/);
  const status = await Deno.readTextFile(`/proc/${service}/status`);
  const peak = Number(/VmHWM:\s*(\d+)/.exec(status)?.[1]) / 1_024;
  assert.ok(peak < 700, `${peak} MB at most`);
  up.kill("SIGINT");
  assert.equal((await up.ended).code, 0);
});

Deno.test("up follows 500 logs at once", async () => {
  const names = Array.from({ length: 500 }, (_, n) => `logs/part${n}.log`);
  await using box = await sandbox(Object.fromEntries(names.map((name) => [name, ""])));
  await using up = startService(box, UP);
  const { logs } = await up.until("service.start");
  assert.equal(logs.length, 500);
  const some = names.filter((_, n) => n % 5 === 0);
  for (const name of some) await append(box, name, `ERROR in ${name}\n`);
  await until(() => {
    const told = up.events.flatMap((event) =>
      event.type === "service.result" ? [(event.data as { container: string }).container] : []
    );
    return Promise.resolve(new Set(told).size === some.length ? true : undefined);
  }, 90_000);
  up.kill("SIGINT");
  assert.equal((await up.ended).code, 0);
});

Deno.test("up takes poison and a message of 20 MB to the dead letters, and answers what follows", async () => {
  await using box = await sandbox({ "logs/shop.log": "" });
  await Deno.mkdir(`${box.ws}/.dspy`, { mode: 0o700 });
  {
    const store = await openSqliteStore(`${box.ws}/.dspy/store.db`);
    await putInbox(store, [
      { topic: "logs.ctx.shop", value: null },
      { topic: "logs.ctx.shop", value: { ctx: [1, { toString: 5 }], ts: "x" } },
      { topic: "logs.ctx.shop", value: { ctx: ["ERROR " + "x".repeat(20_000_000)], ts: 1 } },
      { topic: "logs.ctx.shop", value: { ctx: ["ERROR behind it"], ts: 1 } },
    ]);
    await store.close();
  }
  await using up = startService(box, UP);
  const { key_points } = await up.until(
    "service.result",
    (data) => data.key_points.includes("behind"),
  );
  assert.equal(key_points, "1x ERROR behind it");
  await until(async () => {
    const { stdout } = await box.cli(["dlq", "list"]);
    return stdout.split("logs.ctx.shop").length > 3 ? true : undefined;
  });
  up.kill("SIGINT");
  const { code } = await up.ended;
  assert.equal(code, 0);
  const { counts } = up.events.at(-1)!.data as { counts: Record<string, number> };
  assert.ok(counts["dead letters"]! >= 3, JSON.stringify(counts));
});

Deno.test("up shows neither escapes nor markup nor keys of a log, wherever one looks", async () => {
  await using box = await sandbox({ "logs/shop.log": "" });
  const port = freePort();
  const line = box.commandLine(["up", "--window-sec", "1", "--status-port", `${port}`]);
  const child = new Deno.Command(line.argv[0]!, {
    args: line.argv.slice(1),
    cwd: box.ws,
    env: line.env,
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  const status = `http://127.0.0.1:${port}`;
  const shown: Record<string, string> = {};
  try {
    await until(() => fetch(`${status}/health`).then((r) => r.body?.cancel().then(() => true)));
    await append(
      box,
      "logs/shop.log",
      `ERROR ${ESC}[2J${ESC}]0;owned\x07 </script><script>alert(1)</script> ${KEYS.join(" ")}\n` +
        `ERROR key ${KEYS[0]} in /app/<img src=x onerror=alert(1)>.ts:3:7\n`,
    );
    const get = async (path: string) => shown[path] = await (await fetch(status + path)).text();
    await until(async () => (await get("/containers")).includes("ERROR") ? true : undefined);
    for (const path of ["/", "/api/events/tail?topic=agent.results.shop&limit=100"]) {
      await get(path);
    }
    for (const path of ["/api/events/tail?topic=logs.ctx.shop", "/api/events/export"]) {
      await get(path);
    }
  } finally {
    child.kill("SIGINT");
  }
  const { stdout, stderr } = await output;
  shown.terminal = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  shown.last = (await box.cli(["last", "--container", "shop"])).stdout;
  shown.tail = (await box.cli(["tail", "--stream", "agent.results.>"])).stdout;
  shown.contexts = (await box.cli(["tail", "--stream", "logs.ctx.>"])).stdout;
  assert.match(shown.terminal, /ERROR/);
  assert.match(shown.last, /ERROR/);
  for (const [where, text] of Object.entries(shown)) {
    for (const key of KEYS) assert.ok(!text.includes(key), `a key is in ${where}`);
    assert.ok(!text.includes(ESC) && !text.includes("\x07"), `an escape is in ${where}`);
  }
  assert.doesNotMatch(shown["/"]!, /<script>alert|<img src=x/);
});

Deno.test("up answers within the window and a tenth of a second at 1,000 lines a second", async () => {
  await using box = await sandbox({ "logs/shop.log": "" });
  await using up = startService(box, UP);
  await up.until("service.start");
  let n = 0;
  const end = performance.now() + 7_000;
  const start = performance.now();
  while (performance.now() < end) {
    let text = "";
    for (; n < performance.now() - start; n++) {
      text += n % 100 === 0 ? `ERROR at=${Date.now()} no\n` : `INFO request ${n} fine\n`;
    }
    if (text !== "") await append(box, "logs/shop.log", text);
    await sleep(10);
  }
  await sleep(1_500);
  up.kill("SIGINT");
  assert.equal((await up.ended).code, 0);
  const results = new Map((await stored(box, "agent.results.shop")).map((one) => [one.id, one.ts]));
  const over = (await stored(box, "logs.ctx.shop")).map(({ id, value }) => {
    const first = Number(/at=(\d+)/.exec(JSON.stringify(value))![1]);
    return results.get(`${id}:result`)! - first - 1_000;
  }).sort((a, b) => a - b);
  assert.ok(over.length >= 4, `${over.length} contexts`);
  // What else the machine does counts, too: so it is the better half that must keep it.
  const [best, middle] = [over[0]!, over[Math.floor(over.length / 2)]!];
  // deno-lint-ignore no-console -- the figure
  console.log(`beyond the window: best ${best} ms, median ${middle} ms of ${over.length}`);
  assert.ok(middle < 100 || best < 50, `${over.join(", ")} ms beyond the window`);
});

Deno.test("up with its port taken says so and ends", async () => {
  await using box = await sandbox({ "logs/shop.log": "" });
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  const { code, stderr } = await box.cli(["up", "--status-port", `${port}`]);
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`:${port} is taken`));
  assert.doesNotMatch(stderr, /\n\s+at |os error/);
});

Deno.test("up with a model that is away answers by rules, and says so once", async () => {
  await using box = await sandbox({ "logs/shop.log": "" });
  const env = { OPENAI_API_KEY: KEYS[0]!, OPENAI_BASE_URL: `http://127.0.0.1:${freePort()}/v1` };
  await using up = startService(box, ["--model", "gone", ...UP], env);
  await up.until("service.start");
  for (const what of ["one", "two", "three"]) {
    await append(box, "logs/shop.log", `ERROR ${what}\n`);
    const { key_points } = await up.until(
      "service.result",
      (data) => data.key_points.includes(what),
    );
    assert.equal(key_points, `1x ERROR ${what}`);
  }
  up.kill("SIGINT");
  assert.equal((await up.ended).code, 0);
  const notices = up.events.filter(({ type }) => type === "service.notice");
  assert.equal(notices.length, 1, JSON.stringify(notices));
});

Deno.test("up ends within ten seconds of Ctrl-C while a model hangs, and answers by rules", async () => {
  await using box = await sandbox({ "logs/shop.log": "" });
  const asked = Promise.withResolvers<void>();
  const hang = new AbortController();
  await using server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    signal: hang.signal,
    onListen() {},
  }, async () => {
    asked.resolve();
    await new Promise((done) => hang.signal.addEventListener("abort", done));
    return new Response();
  });
  const { port } = server.addr;
  const env = { OPENAI_API_KEY: KEYS[0]!, OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` };
  await using up = startService(box, ["--model", "slow", ...UP], env);
  await up.until("service.start");
  await append(box, "logs/shop.log", "ERROR held up\n");
  await asked.promise;
  const since = performance.now();
  up.kill("SIGINT");
  const { code, stderr } = await up.ended;
  hang.abort();
  assert.equal(code, 0, stderr);
  assert.ok(performance.now() - since < 10_000, `${performance.now() - since} ms`);
  assert.equal((await up.until("service.result")).key_points, "1x ERROR held up");
});

/** Runs `up`, lets it answer a line, and looks for a notice. */
async function answers(box: Sandbox, notice: RegExp): Promise<void> {
  await using up = startService(box, UP);
  await up.until("service.notice", ({ text }) => notice.test(text));
  await up.until("service.start");
  await append(box, "logs/shop.log", "ERROR all the same\n");
  assert.equal((await up.until("service.result")).key_points, "1x ERROR all the same");
  up.kill("SIGINT");
  assert.equal((await up.ended).code, 0);
}

interface Kept {
  readonly id: string;
  readonly ts: number;
  readonly value: unknown;
}

/** What a topic holds in the store of a workspace. */
async function stored(box: Sandbox, topic: string): Promise<Kept[]> {
  const store = await openSqliteStore(`${box.ws}/.dspy/store.db`);
  try {
    return (await store.read<Kept>(`bus:${topic}`, { limit: 10_000 })).map(({ value }) => value);
  } finally {
    await store.close();
  }
}

/** Each number of a line with the contexts it is in. */
async function numbers(box: Sandbox): Promise<Map<number, Set<string>>> {
  const found = new Map<number, Set<string>>();
  for (const { id, value } of await stored(box, "logs.ctx.shop")) {
    for (const [, n] of JSON.stringify(value).matchAll(/n=(\d+)/g)) {
      const ids = found.get(Number(n)) ?? new Set();
      found.set(Number(n), ids.add(id));
    }
  }
  return found;
}

async function append({ ws }: Sandbox, path: string, text: string): Promise<void> {
  await Deno.writeTextFile(`${ws}/${path}`, text, { append: true });
}

/** As logrotate does: the newest is `.1`. */
async function rotate(path: string, keep: number): Promise<void> {
  for (let n = keep; n > 0; n--) {
    const from = n === 1 ? path : `${path}.${n - 1}`;
    await Deno.rename(from, `${path}.${n}`).catch(() => {});
  }
}

/** Kills the service's process, and the launcher at the same time. */
async function killBoth(up: RunningService): Promise<void> {
  const service = await childOf(up.pid).catch(() => undefined);
  if (service !== undefined) {
    try {
      Deno.kill(service, "SIGKILL");
    } catch {
      // It has not begun, or has ended.
    }
  }
  up.kill("SIGKILL");
  await up.ended;
}

/** The process that a launcher started: the one of its children that runs a service. */
async function childOf(pid: number): Promise<number> {
  return await until(async () => {
    for await (const { name } of Deno.readDir("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      const stat = await Deno.readTextFile(`/proc/${name}/stat`).catch(() => "");
      if (Number(stat.slice(stat.lastIndexOf(")") + 4).split(" ")[0]) === pid) return Number(name);
    }
    return undefined;
  }, 1_000);
}

async function isAlive(pid: number): Promise<boolean> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
  return stat !== "" && !/\) [ZX] /.test(stat);
}

async function exists(path: string): Promise<true | undefined> {
  return await Deno.lstat(path).then(() => true as const, () => undefined);
}

async function until<T>(look: () => Promise<T | undefined>, ms = 20_000): Promise<T> {
  for (const end = performance.now() + ms; performance.now() < end;) {
    const found = await look().catch(() => undefined);
    if (found !== undefined) return found;
    await sleep(100);
  }
  throw new Error("it did not come about");
}

function sleep(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

async function works(program: string, ...args: string[]): Promise<boolean> {
  const ran = await new Deno.Command(program, { args, stdout: "null", stderr: "null" })
    .output().catch(() => undefined);
  return ran?.success ?? false;
}

function skip(what: string, why: string): true {
  // deno-lint-ignore no-console -- a skipped check says so
  console.log(`SKIP ${what}: ${why}`);
  return true;
}
