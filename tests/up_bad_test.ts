// What goes wrong around `up`: kills, full and read-only disks, damaged state, a port that is taken.
// The real program in its jail; nothing hangs, nothing is lost silently.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { pause } from "../core/pause.ts";
import { type Sandbox, sandbox } from "./_cli.ts";
import { freePort, type RunningService, startService } from "./_service.ts";
import { append, childOf, stored, until, UP } from "./_up.ts";

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
      await pause(25);
    }
  })();
  try {
    for (let kill = 0; kill < 8; kill++) {
      await pause(Math.random() * 1_600);
      await killBoth(up);
      up = startService(box, UP);
      if (kill % 2 === 0) await up.until("service.start");
    }
    writing = false;
    await writer;
    // If it was just moved away, what is unread there is read once there is a log again.
    await append(box, "logs/shop.log", `ERROR n=${next++} no\n`);
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

Deno.test("up with its port taken says so and ends", async () => {
  await using box = await sandbox({ "logs/shop.log": "" });
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  const { code, stderr } = await box.cli(["up", "--status-port", `${port}`]);
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`:${port} is taken`));
  assert.doesNotMatch(stderr, /\n\s+at |os error/);
});

Deno.test("up for workers elsewhere, without a broker, keeps contexts for the next start", async () => {
  await using box = await sandbox({ "logs/shop.log": "" });
  {
    const nowhere = ["--bus", "kafka", "--bootstrap", `127.0.0.1:${freePort()}`, "--workers", "0"];
    await using up = startService(box, [...UP, ...nowhere]);
    await up.until("service.start");
    await append(box, "logs/shop.log", "ERROR nobody was there\n");
    await up.until("service.notice", ({ text }) => /contexts wait for the broker/.test(text));
    up.kill("SIGINT");
    assert.equal((await up.ended).code, 0);
  }
  await using up = startService(box, UP);
  assert.equal((await up.until("service.result")).key_points, "1x ERROR nobody was there");
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

async function isAlive(pid: number): Promise<boolean> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
  return stat !== "" && !/\) [ZX] /.test(stat);
}

async function exists(path: string): Promise<true | undefined> {
  return await Deno.lstat(path).then(() => true as const, () => undefined);
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
