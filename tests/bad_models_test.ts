// Rows 56 to 58 of the table of bad inputs: what a model says and calls.
import assert from "node:assert/strict";
import { join } from "node:path";
import { askScripted, calls, endOf, type ScriptedTurn } from "./_agent.ts";
import { exists, isPwned } from "./_bad_input.ts";
import { sandbox } from "./_cli.ts";

/** A call that cannot be run as it is, and what the model reads about it. */
const BAD_CALLS: readonly [tool: string, args: unknown, told: RegExp][] = [
  ["nosuch", {}, /no tool called "nosuch"/],
  ["../cat", { file: "a.txt" }, /no tool called/],
  ["constructor", {}, /no tool called "constructor"/],
  ["__proto__", {}, /no tool called "__proto__"/],
  ["cat\x1b[2J", {}, /no tool called/],
  ["x".repeat(5_000), {}, /no tool called/],
  ["cat", { file: 5 }, /file/],
  ["cat", { file: ["a.txt", "b.txt"] }, /file/],
  ["cat", { file: null }, /file/],
  ["cat", {}, /file/],
  ["cat", { file: "a.txt", start: "one" }, /start/],
  ["cat", { file: "a.txt", start: 1e308 }, /start/],
  ["cat", { file: "a.txt", start: -1 }, /start/],
  ["cat", { file: "a.txt", shell: "touch PWN" }, /no field "shell"/],
  ["cat", '{"file":"a.txt","__proto__":{"polluted":true}}', /no field "__proto__"/],
  ["cat", '{"file":"a.txt","constructor":{"prototype":{"x":1}}}', /no field "constructor"/],
  ["cat", '{"file": "a.txt"', /no JSON/],
  ["cat", "[1, 2]", /no JSON object/],
  ["cat", '"a.txt"', /no JSON object/],
  ["cat", "null", /no JSON object/],
  ["cat", "touch PWN", /no JSON/],
  ["write", { path: "b.txt", content: { toString: "x" } }, /content/],
  ["edit", { path: "a.txt", edits: "all of them" }, /edits/],
  ["find_tool", { query: 5 }, /./],
  ["todo", { items: "later" }, /items/],
  ["agent", { task: 5 }, /task/],
  ["output", { call: "../../store.db" }, /./],
];

Deno.test("row 56: a call that cannot be run is a result that says so, and the run goes on", async () => {
  await using box = await sandbox({ "a.txt": "the tea is ready\n" });
  const list = BAD_CALLS.map(([tool, args]): [string, unknown] => [tool, args]);
  const answered = await askScripted(box, [
    calls(...list),
    { expect: { messages: "no tool called" }, ...calls(["cat", { file: "a.txt" }]) },
    { expect: { lastResult: "the tea is ready" }, say: "Done." },
  ], { flags: ["--json", "--yes"] });
  const { code, stderr, problems, done, results } = answered;
  assert.deepEqual([problems, done, code], [[], true, 0], stderr);
  assert.equal(results.length, BAD_CALLS.length + 1);
  for (const [i, [tool, args, told]] of BAD_CALLS.entries()) {
    assert.match(results[i]!, told, `${tool.slice(0, 20)} ${JSON.stringify(args)}`);
    assert.ok(results[i]!.length < 10_000, `${results[i]!.length} characters`);
  }
  assert.ok(!await isPwned(box));
  assert.ok(!await exists(join(box.ws, "b.txt")));
});

Deno.test("row 56: arguments of 5 MB are an error, kept small, and the run goes on", async () => {
  await using box = await sandbox({ "a.txt": "the tea is ready\n" });
  const big = "x".repeat(5_000_000);
  const answered = await askScripted(box, [
    calls(["cat", { file: big }]),
    calls(["grep", { pattern: big }]),
    calls(["cat", `{"file":"${big}`]),
    { ...calls(["cat", { file: "a.txt" }]) },
    { expect: { lastResult: "the tea is ready" }, say: "Done." },
  ], { scenario: { window: 100_000_000 } });
  const { code, stderr, problems, done, results, bodies } = answered;
  assert.deepEqual([problems, done, code], [[], true, 0], stderr.slice(0, 2_000));
  for (const result of results) assert.ok(result.length < 60_000, `${result.length} characters`);
  assert.ok(bodies.at(-1)!.length < 1_000_000, `${bodies.at(-1)!.length} characters`);
});

Deno.test("row 56: calls with one id, no id, or in numbers each get one result", async () => {
  await using box = await sandbox({ "a.txt": "the tea is ready\n" });
  const many = Array.from({ length: 300 }, (): [string, unknown] => ["cat", { file: "a.txt" }]);
  const { code, stderr, problems, bodies } = await askScripted(box, [
    calls(...many),
    calls(["cat", { file: "a.txt" }]),
    { say: "Done." },
  ]);
  assert.deepEqual([problems, code], [[], 0], stderr);
  const { messages } = JSON.parse(bodies.at(-1)!);
  const asked = messages.flatMap((m: { tool_calls?: { id: string }[] }) => m.tool_calls ?? [])
    .map(({ id }: { id: string }) => id);
  const told = messages.flatMap((m: { tool_call_id?: string }) => m.tool_call_id ?? []);
  assert.equal(new Set(asked).size, 301);
  assert.deepEqual(told, asked);
});

Deno.test("row 56: in plan mode what writes or runs is neither offered nor run", async () => {
  await using box = await sandbox({ "a.txt": "old\n", "p.js": 'console.log("ran")\n' });
  const answered = await askScripted(box, [
    {
      expect: { tools: ["cat"], withoutTools: ["write", "edit", "exec", "run_tests"] },
      ...calls(
        ["write", { path: "PWN", content: "x" }],
        ["edit", { path: "a.txt", edits: [{ old: "old", new: "new" }] }],
        ["exec", { command: ["touch", "PWN"] }],
        ["run_tests"],
        ["agent", { task: "write PWN", writes: true }],
      ),
    },
    // The helper: it inherits the mode.
    {
      expect: { withoutTools: ["write", "edit", "exec", "agent"] },
      ...calls(["write", { path: "PWN", content: "x" }], ["exec", { command: ["touch", "PWN"] }]),
    },
    { expect: { lastResult: "agent.tools" }, say: "I cannot write." },
    { expect: { lastResult: "/approval\\.plan[^]*I cannot write/" }, say: "Here is the plan." },
  ], { flags: ["--json", "--approval", "plan", "--yes"] });
  const { code, stderr, problems, done, results } = answered;
  assert.deepEqual([problems, done, code], [[], true, 0], stderr);
  for (const result of results.slice(0, 4)) assert.match(result, /approval\.plan|plan mode/);
  assert.equal(await box.read("a.txt"), "old\n");
  assert.ok(!await isPwned(box));
});

Deno.test("row 58: a helper has what its parent has and no more, and no helpers of its own", async () => {
  await using box = await sandbox({ "a.txt": "old\n", ".env": "KEY=tea-4711\n" });
  const write = ["write", { path: "PWN", content: "x" }] as [string, unknown];
  const answered = await askScripted(box, [
    calls(["agent", { task: "look around" }]),
    // Only reading was asked for.
    {
      expect: { user: "look around", withoutTools: ["agent", "write"] },
      ...calls(write, ["exec", { command: ["touch", "PWN"] }], ["agent", { task: "write" }], [
        "cat",
        { file: ".env" },
      ]),
    },
    { expect: { lastResult: "agent.tools", absent: "tea-4711" }, say: "I may only read." },
    // Writing was asked for, but the parent itself would have to ask, and nobody is there.
    {
      expect: { lastResult: "I may only read." },
      ...calls(["agent", { task: "write it", writes: true }]),
    },
    { expect: { user: "write it" }, ...calls(write) },
    { expect: { lastResult: "approval.unset.write" }, say: "Refused." },
    { expect: { lastResult: "Refused." }, say: "Nothing was written." },
  ]);
  const { code, stderr, problems, done } = answered;
  assert.deepEqual([problems, done, code], [[], true, 1], stderr);
  assert.equal(endOf(answered).stop, "permission");
  assert.ok(!await isPwned(box));
});

const cat = calls(["cat", { file: "a.txt" }]);
const cycle = ["a", "b", "c", "d", "e"].map((name) => calls(["cat", { file: `${name}.txt` }]));
const rounds = (turns: readonly ScriptedTurn[]): ScriptedTurn[] =>
  Array.from({ length: 8 }, () => turns).flat();

/** Models that come to no end, with what stops them after how many requests at most. */
const ENDLESS: Readonly<
  Record<string, { turns: ScriptedTurn[]; stop: RegExp; most: number; say?: RegExp }>
> = {
  "one failing call": {
    turns: [{ ...calls(["cat", { file: "missing" }]), repeat: "forever" }],
    stop: /^limit:loop$/,
    most: 5,
    say: /same calls again: cat/,
  },
  "one unknown tool": {
    turns: [{ ...calls(["nosuch"]), repeat: "forever" }],
    stop: /^limit:loop$/,
    most: 5,
  },
  "one call with its keys in another order": {
    turns: rounds([
      calls(["cat", '{"file":"a.txt","start":1}']),
      calls(["cat", '{ "start": 1, "file": "a.txt" }']),
    ]),
    stop: /^limit:loop$/,
    most: 5,
  },
  "A-B-A-B": {
    turns: rounds([cat, calls(["cat", { file: "b.txt" }])]),
    stop: /^limit:loop$/,
    most: 10,
    say: /same calls again: cat > cat/,
  },
  "a cycle of five": { turns: rounds(cycle), stop: /^limit:loop$/, most: 25 },
  "nothing at all": {
    turns: [{ fault: { empty: true }, repeat: "forever" }],
    stop: /^limit:empty$/,
    most: 3,
  },
  "blanks": { turns: [{ say: "  \n\t \n", repeat: "forever" }], stop: /^limit:empty$/, most: 3 },
  "chanting": {
    turns: [{
      say: "I will now look at the file to see what stands in it. ".repeat(400),
      split: 7,
    }],
    stop: /^error$/,
    most: 1,
    say: /repeated itself/,
  },
  "chanting on one line without blanks": {
    turns: [{ say: "abcdefgh".repeat(4_000), split: 11 }],
    stop: /^error$/,
    most: 1,
    say: /repeated itself/,
  },
  "calls without end, each another": {
    turns: Array.from({ length: 30 }, (_, n) => calls(["cat", { file: "a.txt", start: n + 1 }])),
    stop: /^limit:steps$/,
    most: 8,
    say: /--max-steps/,
  },
};

for (const [name, { turns, stop, most, say }] of Object.entries(ENDLESS)) {
  Deno.test(`row 57: a model that comes to no end is stopped with the reason: ${name}`, async () => {
    const files = Object.fromEntries(["a", "b", "c", "d", "e"].map((n) => [`${n}.txt`, `${n}\n`]));
    await using box = await sandbox(files);
    const answered = await askScripted(box, turns, {
      flags: ["--json", "--max-steps", "7"].slice(0, name.startsWith("calls") ? 3 : 1),
    });
    const { stop: stopped, summary } = endOf(answered);
    assert.match(stopped, stop, summary);
    assert.equal(answered.code, 1);
    assert.ok(answered.bodies.length <= most, `${answered.bodies.length} requests`);
    if (say) assert.match(summary, say);
  });
}
