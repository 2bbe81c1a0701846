// Rows 31 to 41 of the table of bad inputs: paths.
import assert from "node:assert/strict";
import { join } from "node:path";
import { CANARY, exists, holders, line, runLines } from "./_bad_input.ts";
import { type Sandbox, sandbox } from "./_cli.ts";

/** Paths that lead out or to what is never opened, by row and by the rule that refuses them. */
function badPaths(box: Sandbox): Readonly<Record<string, Readonly<Record<string, string[]>>>> {
  return {
    "31": {
      "path.outside": ["../secret", "/etc/passwd"],
      "path.home": ["~/.ssh/id_rsa"],
      "path.variable": ["$HOME/.ssh/id_rsa"],
      "path.url": ["file:///etc/passwd"],
    },
    "32": { "path.outside": [join(box.folder, "ws_evil/x"), "../ws_evil/x"] },
    "33": { "path.outside": ["link", "d/etc/passwd", "linked/secret"] },
    "36": {
      "path.outside": ["a/../../secret"],
      "path.encoded": ["..%2fsecret"],
      "path.backslash": ["..\\secret"],
      "path.trailing": ["a.", "a "],
      "path.nul": ["a\0.txt"],
      "path.length": ["a".repeat(4_097)],
    },
    "37": { "path.denied": [".GIT/config", ".Git/config", ".ENV", ".e\u200bnv"] },
    "40": {
      "path.outside": [
        "/proc/self/environ",
        "/proc/self/root/etc/passwd",
        "/dev/fd/0",
        "/dev/zero",
      ],
      "path.special": ["fifo"],
    },
    // A hard link is not written, whatever it leads to.
    "41": { "path.denied": [".env", "innocent"], "path.denied|path.hardlink": ["hardenv"] },
  };
}

async function pathBox(): Promise<Sandbox> {
  const box = await sandbox({
    "a": "plain\n",
    ".env": `KEY=${CANARY}\n`,
    ".git/config": `[x]\n  y = ${CANARY}\n`,
  });
  await Deno.mkdir(join(box.folder, "ws_evil"));
  for (const name of ["secret", "ws_evil/x"]) {
    await Deno.writeTextFile(join(box.folder, name), `${CANARY}\n`);
  }
  await Deno.symlink("../secret", join(box.ws, "link"));
  await Deno.symlink("/", join(box.ws, "d"));
  await Deno.symlink("..", join(box.ws, "linked"));
  await Deno.symlink(".env", join(box.ws, "innocent"));
  await Deno.link(join(box.ws, ".env"), join(box.ws, "hardenv"));
  await Deno.link(join(box.folder, "secret"), join(box.ws, "hard"));
  await new Deno.Command("mkfifo", { args: [join(box.ws, "fifo")] }).output();
  return box;
}

/** Where the canary stands from the beginning. */
const KEPT = ["secret", "ws_evil/x", "ws/.env", "ws/hardenv", "ws/hard", "ws/.git/config"];

Deno.test("rows 31 to 37, 40, 41: no tool reads or writes through a bad path", async () => {
  await using box = await pathBox();
  const before = await Promise.all(KEPT.map((name) => Deno.readTextFile(join(box.folder, name))));
  const calls = Object.entries(badPaths(box)).flatMap(([row, rules]) =>
    Object.entries(rules).flatMap(([rule, paths]) => paths.map((path) => ({ rule, path })))
      .flatMap(({ rule, path }) =>
        [
          ["cat", path],
          ["ls", path],
          ["tree", path],
          ["grep", "canary", path],
          ["extract", path, "--regex", "canary"],
          ["codectx", path],
          ["context", "--path", path],
          ["diff", "a", path],
          ["patch", path],
          ["edit", path, "--old", "canary", "--new", "x"],
          ["write", path, "--content", "x", "--force"],
          ["extract", "a", "--lines", "1-1", "--out", path],
          ["open", path],
        ].map((words) => ({ row, rule, words }))
      )
  );
  const { ends, stdout, stderr } = await runLines(box, [
    "cat a",
    ...calls.map(({ words }) => line(...words)),
    "cat a",
  ]);
  assert.equal(ends.length, calls.length + 2, stderr);
  for (const [i, { row, rule, words }] of calls.entries()) {
    const { ok, text, exitCode } = ends[i + 1]!;
    const what = `row ${row}: ${words.join(" ").slice(0, 99)}\n${text}`;
    assert.ok(!ok, what);
    // 2: not even the form of a path.
    if (exitCode === 2 && ["path.nul", "path.length"].includes(rule)) {
      assert.match(text, /path: (?:Invalid string|has more than)/, what);
      continue;
    }
    assert.equal(exitCode, 1, what);
    assert.match(text, new RegExp(`\\[(?:${rule})\\]$`), what);
  }
  assert.ok(ends[0]!.ok && ends.at(-1)!.ok);
  assert.ok(!(stdout + stderr).includes(CANARY));
  assert.deepEqual(await holders(box, CANARY, KEPT), []);
  const after = await Promise.all(KEPT.map((name) => Deno.readTextFile(join(box.folder, name))));
  assert.deepEqual(after, before);
});

Deno.test("rows 33 to 35: nothing is written through links, and no hard link is changed", async () => {
  await using box = await pathBox();
  await Deno.symlink("../made", join(box.ws, "dangling"));
  const { ends } = await runLines(box, [
    "write link --content x --force",
    "write linked/made --content x",
    "write dangling --content x",
    line("write", "d/tmp/dspy-pwn", "--content", "x"),
    "edit hard --old canary --new x",
    "write hard --content x --force",
  ]);
  assert.deepEqual(ends.map(({ ok }) => ok), Array(6).fill(false));
  for (const path of [join(box.folder, "made"), "/tmp/dspy-pwn"]) assert.ok(!await exists(path));
  assert.equal(await Deno.readTextFile(join(box.folder, "secret")), `${CANARY}\n`);
});

Deno.test("rows 37 to 39: git's files, our policy and our config are not written, even when absent", async () => {
  await using box = await sandbox({ "a": "x\n", ".git/HEAD": "ref: refs/heads/main\n" });
  const paths = [
    ".git/config",
    ".git/hooks/pre-commit",
    ".GIT/hooks/pre-commit",
    ".dspy_policy.yaml",
    ".dspy_policy.json",
    ".dspy/config.yaml",
    ".DSPY/config.yaml",
    ".dspy_session_memory.json",
  ];
  const patch = (path: string) => `--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+approval: auto\n`;
  for (const [i, path] of paths.entries()) await box.write(`p${i}`, patch(path));
  const { ends } = await runLines(box, [
    ...paths.map((path) => line("write", path, "--content", "approval: auto")),
    ...paths.map((_, i) => `patch p${i}`),
    ...paths.map((path) => line("extract", "a", "--lines", "1-1", "--out", path)),
  ]);
  assert.deepEqual(ends.map(({ ok }) => ok), Array(3 * paths.length).fill(false));
  for (const path of [".git/hooks", ".git/config", ".dspy_policy.yaml", ".dspy/config.yaml"]) {
    assert.ok(!await exists(join(box.ws, path)), path);
  }
});

Deno.test("row 41: a denied file shows up in no search, index, overview, plan or state", async () => {
  await using box = await sandbox({
    ".env": `TOKEN=${CANARY}\n`,
    "keys/server.pem": `${CANARY}\n`,
    "private/notes.txt": `${CANARY}\n`,
    ".dspy_policy.yaml": "policy:\n  deny_paths: [private]\n",
    "src/app.js": "export const TOKEN = read('.env');\n",
  });
  const { stdout, stderr } = await runLines(box, [
    line("grep", CANARY),
    line("grep", CANARY, "--hidden", "--no-ignore"),
    line("grep", "-f", "TOKEN", ".", "-c", "9", "--hidden"),
    "index",
    line("esearch", CANARY),
    "learn",
    "codectx",
    "codectx private",
    "tree --hidden",
    "ls private",
    line("plan", `find ${CANARY} in .env`),
    // The store keeps what was asked, so the name must come from nowhere else.
    "what is in .env and the private notes ?",
    `where is ${CANARY.replace("-", "_")} used ?`,
    "diff src/app.js .env",
  ]);
  const said = stdout.split("\n").filter((text) =>
    !/"type":"tool.start"|"(?:pattern|task|request)"/.test(text)
  );
  assert.ok(!stderr.includes(`TOKEN=${CANARY}`));
  assert.ok(!said.join("\n").includes(`TOKEN=${CANARY}`));
  const kept = ["ws/.env", "ws/keys/server.pem", "ws/private/notes.txt"];
  assert.deepEqual(await holders(box, `TOKEN=${CANARY}`, kept), []);
  const index = await Deno.readFile(join(box.ws, ".dspy/store.db"));
  assert.ok(!new TextDecoder("latin1").decode(index).includes("private/notes.txt"));
});
