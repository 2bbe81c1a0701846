// Rows 61, 62 and 69 of the table of bad inputs, and disks that do not write: our state.
import assert from "node:assert/strict";
import { join } from "node:path";
import {
  type CommitSign,
  isMidCommit,
  untilMidCommit,
} from "../core/workspace/_test_mid_commit.ts";
import { CANARY, filesBelow, holders, isPwned, noTrace } from "./_bad_input.ts";
import { type CliResult, type Sandbox, sandbox } from "./_cli.ts";

Deno.test("row 61: our folders are 0700 and our files 0600, whatever the umask; links are refused", async () => {
  await using box = await sandbox({
    "a.js": "export function a() {}\n",
    "logs/x.log": "ERROR x\n",
  });
  const { code } = await box.cli([], {
    stdin: "index\nlearn\nwrite b.txt --content x\nwhere is a defined ?\nesearch export\n",
    through: ["sh", "-c", 'umask 000; exec "$@"', "sh"],
  });
  assert.equal(code, 0);
  const open: string[] = [];
  const look = async (folder: string) => {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      const path = join(folder, name);
      if (folder === box.ws && !name.startsWith(".dspy")) continue;
      if (((await Deno.stat(path)).mode! & 0o077) !== 0) open.push(path.slice(box.folder.length));
      if (isDirectory) await look(path);
    }
  };
  await look(box.ws);
  const state = [...(await Array.fromAsync(filesBelow(join(box.folder, "home"))))];
  for (const path of state) {
    if (((await Deno.stat(path)).mode! & 0o077) !== 0) open.push(path.slice(box.folder.length));
  }
  assert.ok(state.length > 0);
  assert.deepEqual(open, []);

  await using linked = await sandbox({ "a.js": "export function a() {}\n" });
  await Deno.mkdir(join(linked.folder, "outside"));
  await Deno.symlink("../outside", join(linked.ws, ".dspy"));
  await Deno.symlink("../outside/memory", join(linked.ws, ".dspy_session_memory.json"));
  noTrace(
    await linked.cli([], {
      stdin: "index\nwrite b.txt --content x\nwhere is a defined ?\nesearch a\n",
    }),
  );
  assert.deepEqual(await Array.fromAsync(filesBelow(join(linked.folder, "outside"))), []);
});

Deno.test("row 62: damaged state is kept aside, that of a newer version left alone", async () => {
  const damaged = `{"chain_history": [{"tool": "exec", "input": "touch PWN"${CANARY}`;
  await using box = await sandbox({
    "a.js": "export function alpha() {}\n",
    ".dspy_session_memory.json": damaged,
    ".dspy_index/knowledge.json": damaged,
    ".dspy/store.db": `SQLite format 3\0${damaged.repeat(200)}`,
    ".dspy_patches/history.jsonl": `${damaged}\n`,
  });
  const { code, stdout, stderr } = await box.cli([], {
    stdin:
      "where is alpha defined ?\nlearn\nindex\nesearch alpha\nundo --list\nwrite b --content x\nundo\n",
  });
  assert.equal(code, 0);
  assert.match(stdout, /a\.js:1/);
  for (const name of ["session_memory.json", "knowledge.json", "store.db"]) {
    assert.match(stdout + stderr, new RegExp(`${name.replace(".", "\\.")}.*kept as`), name);
  }
  noTrace({ code, stdout, stderr });
  const copies = await holders(box, CANARY, []);
  for (const name of ["memory.json.corrupt-", "knowledge.json.corrupt-", "store.db.corrupt-"]) {
    assert.ok(copies.some((path) => path.includes(name)), `${name} in ${copies}`);
  }
  assert.ok(!await isPwned(box));

  const newer = { version: 99, chain_history: [], nodes: CANARY };
  await using future = await sandbox({
    "a.js": "export function alpha() {}\n",
    ".dspy_session_memory.json": JSON.stringify(newer),
    ".dspy_index/knowledge.json": JSON.stringify(newer),
  });
  const said = await future.cli([], { stdin: "where is alpha defined ?\nlearn\n" });
  noTrace(said);
  assert.match(said.stderr, /session_memory\.json has version 99, written by a newer dspy-code/);
  assert.match(said.stdout + said.stderr, /knowledge\.json has version 99/);
  for (const name of [".dspy_session_memory.json", ".dspy_index/knowledge.json"]) {
    assert.equal(await future.read(name), JSON.stringify(newer));
  }
});

Deno.test("row 69: kill -9 during a change of many files leaves all old or all new", async () => {
  const names = Array.from({ length: 40 }, (_, i) => `f${i}.txt`);
  await using box = await sandbox(Object.fromEntries(names.map((name) => [name, "old\n"])));
  const hunk = (name: string) => `--- a/${name}\n+++ b/${name}\n@@ -1 +1 @@\n-old\n+new\n`;
  await box.write("all.patch", names.map(hunk).join(""));
  const { argv, env } = box.commandLine(["patch", "all.patch"]);
  let cut = 0;
  for (let round = 0; round < 5 || (cut === 0 && round < 20); round++) {
    const child = new Deno.Command("setsid", {
      args: argv,
      cwd: box.ws,
      env,
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    let ended = false;
    const status = child.status.finally(() => ended = true);
    const moment = MOMENTS[round % MOMENTS.length];
    if (moment) await untilMidCommit(box.ws, moment, () => ended);
    killGroup(child.pid);
    await status;
    if (isMidCommit(box.ws, "journal")) cut++;
    const { code, stderr } = await box.cli(["undo", "--list"]);
    assert.equal(code, 0, stderr);
    const texts = new Set(await Promise.all(names.map((name) => box.read(name))));
    assert.equal(texts.size, 1, `round ${round}, at ${moment}: ${[...texts]}`);
    if (texts.has("new\n")) assert.equal((await box.cli(["undo"])).code, 0);
  }
  assert.ok(cut > 0, "no kill fell into the commit");
});

/** When the rounds of row 69 kill, in turn; at once where it says nothing. */
const MOMENTS: readonly (CommitSign | undefined)[] = ["journal", "staged", undefined];

/** Kills the launcher and its session, and the first also before it has a group of its own. */
function killGroup(pid: number): void {
  for (const target of [-pid, pid]) {
    try {
      Deno.kill(target, "SIGKILL");
    } catch { /* gone already */ }
  }
}

Deno.test("two sessions in one workspace: both write, nothing is lost", async () => {
  await using box = await sandbox({ "a.js": "export function alpha() {}\n" });
  const script = (name: string) =>
    Array.from({ length: 15 }, (_, i) => `write ${name}${i}.txt --content ${name}${i}`)
      .concat("index", "where is alpha defined ?", "learn").join("\n");
  const results = await Promise.all(
    ["x", "y"].map((name) => box.cli([], { stdin: `${script(name)}\n` })),
  );
  for (const result of results) {
    noTrace(result);
    assert.equal(result.code, 0);
    assert.doesNotMatch(result.stderr, /corrupt|lost|locked/);
  }
  for (const name of ["x", "y"]) {
    for (let i = 0; i < 15; i++) assert.equal(await box.read(`${name}${i}.txt`), `${name}${i}`);
  }
  const { stdout } = await box.cli(["undo", "--list"]);
  assert.equal(stdout.match(/ write /g)?.length, 30, stdout);
  const memory = JSON.parse(await box.read(".dspy_session_memory.json"));
  assert.equal(memory.chain_history.length, 2);
  const audit = await box.cli(["permissions", "audit", "--verify"]);
  assert.match(audit.stdout, /the chain is whole/);
});

const hasUnshare = await works("unshare", "-Urm", "true");
const dropsRights = ["--bounding-set", "-dac_override,-dac_read_search"];
const hasSetpriv = await works("setpriv", ...dropsRights, "true");

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

/** Runs lines with the workspace mounted in a way of its own, then a shell's look at it. */
async function runMounted(
  box: Sandbox,
  mount: string,
  lines: readonly string[],
  look: string,
): Promise<CliResult> {
  const script = `set -e; ${mount}; set +e; "$@"; code=$?; echo "== after"; ${look}; exit $code`;
  return await box.cli(["--workspace", box.ws], {
    stdin: `${lines.join("\n")}\n`,
    cwd: box.folder,
    env: { WS: box.ws },
    through: ["unshare", "-Urm", "sh", "-c", script, "sh"],
  });
}

Deno.test({
  name: "a read-only disk: reads work, each write is one sentence",
  ignore: !hasUnshare && skip("read-only disk", "unshare -Urm is not allowed here"),
  async fn() {
    await using box = await sandbox({
      "a.js": "export function alpha() {}\n",
      "logs/x.log": "ERROR x\n",
    });
    const mount = 'mount --bind "$WS" "$WS"; mount -o remount,bind,ro "$WS"';
    const result = await runMounted(box, mount, [
      "grep alpha",
      "context",
      "extract a.js --symbol alpha",
      "index",
      "esearch alpha",
      "learn",
      "where is alpha defined ?",
      "write b.txt --content x",
      "edit a.js --old alpha --new beta",
      "undo",
      "config init",
    ], 'ls -A "$WS"');
    noTrace(result);
    // The last line is a write.
    assert.equal(result.code, 1, result.stderr);
    assert.match(result.stdout, /a\.js:1/);
    assert.match(result.stdout, /ERROR x/);
    assert.match(result.stdout, /== after\na\.js\nlogs\n$/);
    assert.match(result.stderr, /read-only/i);
  },
});

Deno.test({
  name: "a full disk: a change is made in whole or not at all, and says so",
  ignore: !hasUnshare && skip("disk full", "unshare -Urm is not allowed here"),
  async fn() {
    await using box = await sandbox();
    const big = "y".repeat(200_000);
    const patch =
      `--- a/a.txt\n+++ b/a.txt\n@@ -1 +1,2 @@\n old\n+${big}\n--- a/b.txt\n+++ b/b.txt\n` +
      `@@ -1 +1,2 @@\n old\n+${big}\n`;
    await Deno.writeTextFile(join(box.folder, "big.patch"), patch);
    const mount = 'mount -t tmpfs -o size=1m none "$WS"; echo old > "$WS/a.txt"; ' +
      'echo old > "$WS/b.txt"; cp big.patch "$WS"; head -c 560000 /dev/zero > "$WS/fill"';
    const result = await runMounted(
      box,
      mount,
      [
        "patch big.patch",
        "edit a.txt --old old --new older",
        "index",
        "grep old",
        "grep old a.txt",
      ],
      'wc -c < "$WS/a.txt"; cat "$WS/b.txt"',
    );
    noTrace(result);
    assert.equal(result.code, 0);
    assert.match(result.stderr, /no space left/i);
    assert.match(result.stdout, /a\.txt:1: old/);
    assert.match(result.stdout, /== after\n[46]\nold\n$/);
  },
});

Deno.test({
  name: "unreadable files and folders: told or passed over, the rest is found",
  ignore: !hasSetpriv && skip("unreadable files", "setpriv is missing"),
  async fn() {
    await using box = await sandbox({
      "a.txt": "needle\n",
      "shut.txt": "needle\n",
      "shut/x.txt": "needle\n",
    });
    await Deno.chmod(join(box.ws, "shut.txt"), 0);
    await Deno.chmod(join(box.ws, "shut"), 0);
    const lines = [
      "grep needle",
      "cat shut.txt",
      "ls shut",
      "tree",
      "index",
      "codectx",
      "edit shut.txt --old a --new b",
    ];
    const result = await box.cli([], {
      stdin: `${lines.join("\n")}\n`,
      through: ["setpriv", ...dropsRights],
    });
    await Deno.chmod(join(box.ws, "shut"), 0o700);
    noTrace(result);
    // The last line edits what cannot be read.
    assert.equal(result.code, 1, result.stderr);
    assert.match(result.stdout, /^a\.txt:1: needle/);
    assert.match(result.stderr, /shut\.txt.*permission denied/i);
    assert.match(result.stdout, /Indexed 1 chunks/);
  },
});
