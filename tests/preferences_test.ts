// What a workspace's .dspy_preferences.json forbids, through the real program: before anything is
// written, and before anything is run.
import assert from "node:assert/strict";
import { askScripted, calls, type ScriptedTurn } from "./_agent.ts";
import { type CliResult, eventsOf, type Sandbox, sandbox } from "./_cli.ts";

const FILES = {
  "src/a.js": "export const a = 1;\n",
  "say.js": "console.log('said');\n",
};
const PREFERENCES = {
  forbidden_commands: ["node say.js", "git push"],
  forbidden_code_patterns: ["eval\\("],
  max_blast_radius: 4,
};

async function place(preferences: unknown = PREFERENCES): Promise<Sandbox> {
  const text = typeof preferences === "string" ? preferences : JSON.stringify(preferences);
  return await sandbox({ ...FILES, ".dspy_preferences.json": text });
}

const rulesOf = (run: CliResult) =>
  eventsOf(run).filter(({ type }) => type === "tool.end").map(({ data }) => data.rule ?? "ok");

/** What the agent wants to do, and the rule that stops it; `ok` when none does. */
const AGENT: readonly (readonly [string, ScriptedTurn, string])[] = [
  [
    "edit within the limits",
    calls(["edit", { path: "src/a.js", old: "a = 1", new: "a = 2" }]),
    "ok",
  ],
  ["edit that adds eval", calls(["edit", { path: "src/a.js", old: "1", new: "eval(2)" }]), "code"],
  ["write that adds eval", calls(["write", { path: "b.js", content: "eval(1);\n" }]), "code"],
  ["write of five lines", calls(["write", { path: "b.js", content: "1\n2\n3\n4\n5\n" }]), "blast"],
  [
    "patch that adds eval",
    calls(["patch", {
      patch: "--- a/src/a.js\n+++ b/src/a.js\n@@ -1 +1 @@\n-export const a = 1;\n+eval(a);\n",
    }]),
    "code",
  ],
  ["exec of a forbidden command", calls(["exec", { command: ["node", "say.js"] }]), "command"],
  ["exec of another", calls(["exec", { command: ["node", "--version"] }]), "command.interpreter"],
];
const RULES: Readonly<Record<string, string>> = {
  code: "preferences.forbidden_code_patterns",
  blast: "preferences.max_blast_radius",
  command: "preferences.forbidden_commands",
};

Deno.test("the agent's changes and commands keep to .dspy_preferences.json, with every yes", async () => {
  for (const [name, turn, rule] of AGENT) {
    await using box = await place();
    const look = calls(["cat", { file: "src/a.js" }]);
    const run = await askScripted(box, [look, turn, { say: "done" }], {
      flags: ["--json", "--approval", "auto", "--yes"],
    });
    assert.deepEqual(rulesOf(run), ["ok", RULES[rule] ?? rule], `${name}\n${run.stderr}`);
    if (rule === "ok") continue;
    assert.equal(await box.read("src/a.js"), FILES["src/a.js"], name);
    await assert.rejects(Deno.lstat(`${box.ws}/b.js`), name);
    // The model is told the rule, and the receipt has it.
    assert.ok(run.results.at(-1)!.includes(RULES[rule] ?? rule), name);
    const { stdout } = await box.cli(["permissions", "audit"]);
    assert.match(stdout, new RegExp(` deny +\\S+: .*\\[${RULES[rule] ?? rule}\\]`), name);
  }
});

Deno.test("what a person types: forbidden commands do not run, a change is only warned of", async () => {
  await using box = await place();
  for (const args of [["--yes", "exec", "node", "say.js"], ["--yes", "exec", "node say.js"]]) {
    const { code, stdout, stderr } = await box.cli(args);
    assert.deepEqual([code, stdout], [1, ""], stderr);
    assert.match(
      stderr,
      /\.dspy_preferences\.json forbids "node say\.js" \[preferences\.forbidden_co/,
    );
  }
  const { code, stderr } = await box.cli(["write", "b.js", "--content", "eval(1);\n"]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /write: b\.js:1 adds "eval\\\\\(", which \.dspy_preferences\.json forbids/);
  const { stdout } = await box.cli(["permissions", "explain"]);
  assert.match(stdout, /^forbidden commands: node say\.js, git push$/m);
  assert.match(stdout, /^forbidden in added lines: eval\\\($/m);
  assert.match(stdout, /^lines of one change of the agent: at most 4$/m);
  // Nobody writes the file but the person.
  const own = await box.cli(["write", ".dspy_preferences.json", "--content", "{}"]);
  assert.equal(own.code, 1);
  assert.deepEqual(JSON.parse(await box.read(".dspy_preferences.json")), PREFERENCES);
});

Deno.test("an --apply of what a model wrote keeps to the preferences", async () => {
  await using box = await place();
  const reply = {
    rationale: "Shorter.",
    edits: [{ path: "src/a.js", old: "a = 1", new: "a = eval('1')" }],
  };
  const turns = [reply, { reasoning: "", verdict: "pass", risk: "low", reasons: [] }]
    .map((value) => ({ say: JSON.stringify(value) }));
  const run = await askScripted(box, turns, {
    words: ["edit", "--task", "shorten src/a.js", "--apply"],
  });
  assert.deepEqual(rulesOf(run), [RULES.code], run.stderr);
  assert.equal(await box.read("src/a.js"), FILES["src/a.js"]);
});

Deno.test("a bad .dspy_preferences.json is told of, and closes what it could forbid", async () => {
  const bad: readonly (readonly [unknown, RegExp])[] = [
    ['{"forbidden_commands": ["git push",]}', /it is not JSON/],
    [{ forbidden_commands: "git push" }, /forbidden_commands is not a list of texts/],
    [{ max_blast_radius: "many" }, /max_blast_radius is not a whole number/],
  ];
  for (const [preferences, why] of bad) {
    await using box = await place(preferences);
    const read = await box.cli(["grep", "export"]);
    assert.equal(read.code, 0, read.stderr);
    assert.match(read.stderr, why);
    assert.match(read.stderr, /until it is mended/);
    assert.match((await box.cli(["--yes", "exec", "ls"])).stderr, /\[preferences\.broken\]/);
    assert.equal((await box.cli(["write", "b.js", "--content", "1\n"])).code, 0);
    const turn = calls(["cat", { file: "src/a.js" }], ["write", { path: "c.js", content: "1\n" }]);
    const run = await askScripted(box, [turn, { say: "done" }], {
      flags: ["--json", "--approval", "auto", "--yes"],
    });
    assert.deepEqual(rulesOf(run), ["ok", "preferences.broken"]);
    await assert.rejects(Deno.lstat(`${box.ws}/c.js`));
  }
  await using slip = await place({ forbiden_commands: ["git push"] });
  const { stderr } = await slip.cli(["grep", "export"]);
  assert.match(stderr, /unknown setting "forbiden_commands": did you mean "forbidden_commands"\?/);
});
