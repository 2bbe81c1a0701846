/** `run` with a model, where nobody is at the terminal. */
import assert from "node:assert/strict";
import { askScripted, calls } from "./_agent.ts";
import { holders } from "./_bad_input.ts";
import { sandbox } from "./_cli.ts";

const LONG = `${"tea and milk\n".repeat(3_000)}the last canary-of-output\n`;

Deno.test("run reads the AGENTS.md of the folder it was started in, and of those it comes to", async () => {
  await using box = await sandbox({
    "AGENTS.md": "Root rule.",
    "a/AGENTS.md": "Rule of a.",
    "b/c/AGENTS.md": "Rule of c.",
    "b/c/x.txt": "tea\n",
    "d/AGENTS.md": "Rule of d.",
  });
  const flags = ["--json", "--workspace", box.ws, "--yes"];
  const answered = await askScripted(box, [
    {
      expect: { messages: "Rule of a.", absent: "Rule of c." },
      ...calls(["cat", { file: "b/c/x.txt" }]),
    },
    {
      expect: { messages: "Rule of c." },
      ...calls(["edit", { path: "b/c/x.txt", edits: [{ old: "tea", new: "milk" }] }]),
    },
    { expect: { absent: "Rule of d." }, say: "Done." },
  ], { flags, cwd: `${box.ws}/a` });
  assert.deepEqual([answered.code, answered.problems], [0, []], answered.stderr);
  assert.equal(answered.bodies.at(-1)!.split("Rule of c.").length, 2);
  const { stdout } = await box.cli(["sessions", "show", "last"]);
  assert.match(stdout, /\(instructions\) b\/c\/AGENTS\.md/);
});

Deno.test("run --no-session leaves nothing of the conversation on disk", async () => {
  const asked = [
    ["run", "--no-session", "what says canary-of-request?"],
    ["chat", "--no-session", "what says canary-of-request?"],
    ["-p", "--no-session", "what says canary-of-request?"],
  ];
  for (const words of asked) {
    await using box = await sandbox({ "long.txt": LONG });
    const answered = await askScripted(box, [
      calls(["todo", { items: [{ text: "canary-of-todo", done: false }] }]),
      calls(["cat", { file: "long.txt" }]),
      { expect: { messages: "cut; the rest: output" }, say: "It is canary-of-answer." },
    ], { flags: ["--json"], words, scenario: { window: 8_192 } });
    assert.deepEqual([answered.code, answered.problems], [0, []], answered.stderr);
    assert.match(answered.stdout, /canary-of-todo[^]*canary-of-answer/);
    for (const canary of ["request", "todo", "answer"]) {
      assert.deepEqual(await holders(box, `canary-of-${canary}`, []), [], canary);
    }
    assert.deepEqual(await holders(box, "canary-of-output", ["ws/long.txt"]), []);
    assert.match((await box.cli(["sessions"])).stdout, /No session has been kept here/);
  }
});

Deno.test("run --no-session prints no session in its object, since there is none to go on with", async () => {
  await using box = await sandbox();
  const flags = ["--output", "json"];
  const of = async (words: readonly string[]) =>
    JSON.parse((await askScripted(box, [{ say: "Hi." }], { flags, words })).stdout).session;
  assert.equal(await of(["run", "--no-session", "are you there?"]), null);
  assert.match(await of(["run", "are you there?"]), /^[\w-]{36}$/);
});

Deno.test("run --no-session goes with no flag that names a session", async () => {
  await using box = await sandbox();
  for (const other of [["--continue"], ["-c"], ["--resume", "last"], ["--fork", "last"]]) {
    const { code, stderr } = await box.cli(["run", "--no-session", ...other, "go on"]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /--no-session and --(continue|resume|fork) say different things/);
  }
  const { stdout } = await box.cli(["run", "--help"]);
  assert.match(stdout, /\[--no-session\] +keep nothing of this conversation/);
});

const EDIT = [
  calls(["cat", { file: "note.txt" }]),
  calls(["edit", { path: "note.txt", edits: [{ old: "tea", new: "coffee" }] }]),
  { say: "Done: it is coffee now." },
];

Deno.test("run is not ok when every change was refused, although the model says that it is done", async () => {
  await using box = await sandbox({ "note.txt": "tea\n" });
  const refused = await askScripted(box, EDIT, { flags: ["--output", "json"] });
  const { ok, stop, answer, changes } = JSON.parse(refused.stdout);
  assert.deepEqual([refused.code, ok, stop, changes], [1, false, "permission", []]);
  assert.equal(answer, "Done: it is coffee now.");
  const text = await askScripted(box, EDIT, { flags: [] });
  assert.equal(text.code, 1);
  assert.equal(text.stdout, "Done: it is coffee now.\n");
  assert.match(
    text.stderr,
    /nothing was changed: every change was refused \[approval\.unset\.write\]/,
  );
  assert.equal(await box.read("note.txt"), "tea\n");
  const allowed = await askScripted(box, EDIT, { flags: ["--output", "json", "--yes"] });
  assert.deepEqual([allowed.code, JSON.parse(allowed.stdout).stop], [0, "done"], allowed.stderr);
});

Deno.test("run --output-schema prints the JSON once, and nothing else on standard output", async () => {
  await using box = await sandbox({
    "note.txt": "tea\n",
    "s.json": '{"type":"object","required":["n"],"properties":{"n":{"type":"number"}}}',
  });
  const answered = await askScripted(box, [
    { say: "I look first.", ...calls(["cat", { file: "note.txt" }]) },
    { say: "There are three of them.", split: 4 },
    { say: '{"n": 3}' },
  ], { flags: [], words: ["run", "--output-schema", "s.json", "how many?"] });
  assert.equal(answered.stdout, '{"n":3}\n', answered.stderr);
  assert.match(answered.stderr, /I look first\.[^]*There are three of them\./);
  assert.equal(answered.code, 0);
});
