import assert from "node:assert/strict";
import { UserError } from "../../core/errors.ts";
import extract, { type ExtractInput } from "./extract.ts";
import { SAMPLES } from "./_test_samples.ts";
import { testContext } from "./_test_context.ts";
import { inputOf } from "../_testing.ts";

const PYTHON = SAMPLES.python.path;
const FILES = {
  ...Object.fromEntries(Object.values(SAMPLES).map(({ path, text }) => [path, text])),
  "log.txt": "one\r\ntwo ok\r\nthree\r\nfour ok\r\nfive\r\n",
  "app.rb": "def run\nend\n",
};

async function run(input: Record<string, unknown>) {
  await using test = await testContext(FILES);
  const result = await extract.run(parse(input), test.ctx);
  const buffer = await test.ctx.store.get("extract:buffer");
  return { ...result, buffer, lines: result.text.split("\n") };
}

function parse(input: Record<string, unknown>): ExtractInput {
  return inputOf(extract, input);
}

function usage(message: RegExp, kind = "usage") {
  return (error: unknown) =>
    error instanceof UserError && error.kind === kind && message.test(error.line);
}

Deno.test("extract prints a symbol with its place and keeps it in the buffer", async () => {
  const { ok, lines, buffer, data } = await run({ file: PYTHON, symbol: "run" });
  const text = SAMPLES.python.text.split("\n").slice(16, 20).join("\n");
  assert.equal(ok, true);
  assert.equal(lines[0], `${PYTHON}:17-20 method Agent.run`);
  assert.deepEqual(buffer, { path: PYTHON, start: 17, end: 20, text });
  assert.equal(lines.slice(1).join("\n"), text);
  assert.equal(data?.symbol, "method Agent.run");
});

Deno.test("extract finds one method in every language by its qualified name", async () => {
  const names: [string, string, string][] = [
    [SAMPLES.typescript.path, "Agent.run", "10-12"],
    [SAMPLES.tsx.path, "Box", "2-4"],
    [SAMPLES.javascript.path, "routes.show", "7-7"],
    [SAMPLES.python.path, "Agent#run", "17-20"],
    [SAMPLES.go.path, "Agent.Run", "12-12"],
    [SAMPLES.rust.path, "Agent::run", "18-18"],
    [SAMPLES.java.path, "Mood.show", "14-14"],
  ];
  for (const [file, symbol, range] of names) {
    const { lines } = await run({ file, symbol });
    assert.ok(lines[0]?.startsWith(`${file}:${range} method`) || symbol === "Box", lines[0]);
    assert.ok(lines[0]?.includes(`:${range} `), lines[0]);
  }
});

Deno.test("extract without a file cuts where the symbol is defined, sources before tests", async () => {
  await using test = await testContext({
    "lib/response.js": "var res = {};\nres.json = function json(obj) {\n  return obj;\n};\n",
    "tests/test_bar.py": "class ProgressBar: pass\n",
    "ui/bars.py": "class ProgressBar:\n    pass\n",
  });
  const at = async (input: Record<string, unknown>) =>
    (await extract.run(parse(input), test.ctx)).text.split("\n")[0];
  assert.equal(await at({ symbol: "res.json" }), "lib/response.js:2-4 function res.json");
  assert.equal(await at({ symbol: "progress bar" }), "ui/bars.py:1-2 class ProgressBar");
  assert.equal(
    await at({ symbol: "ProgressBar", file: "bars.py" }),
    "ui/bars.py:1-2 class ProgressBar",
  );
  assert.equal(await at({ symbol: "nothing_so" }), 'nothing here defines "nothing_so"');
  await assert.rejects(extract.run(parse({ lines: "1-2" }), test.ctx), usage(/a file or a symbol/));
});

Deno.test("extract takes the outermost of a name first and says where the others are", async () => {
  await using test = await testContext({
    "a.py": "class A:\n    def go(self): pass\n\ndef go():\n    def go(): pass\n",
    "b.rs": "impl S { fn f() {} }\nstruct S;\n",
    "c.ts": "interface I { f(): void }\nclass C { f() {} }\n",
  });
  const first = async (file: string, symbol: string) =>
    (await extract.run(parse({ file, symbol }), test.ctx)).text.split("\n").slice(0, 2);
  assert.deepEqual(await first("a.py", "go"), [
    "a.py:4-5 function go",
    "(the name is also at method A.go 2-2, function go.go 5-5)",
  ]);
  assert.equal((await first("b.rs", "S"))[0], "b.rs:2-2 struct S");
  assert.equal((await first("c.ts", "f"))[0], "c.ts:2-2 method C.f");
});

Deno.test("extract includes decorators only when asked", async () => {
  assert.equal((await run({ file: PYTHON, symbol: "Agent" })).data?.start, 10);
  const { data } = await run({ file: PYTHON, symbol: "Agent", withDecorators: true });
  assert.equal(data?.start, 7);
  assert.ok(data?.text.startsWith("@register("));
});

Deno.test("extract suggests near names for an unknown symbol and keeps the old buffer", async () => {
  await using test = await testContext(FILES);
  await extract.run(parse({ file: PYTHON, symbol: "run" }), test.ctx);
  const missed = await extract.run(parse({ file: PYTHON, symbol: "agent" }), test.ctx);
  assert.equal(missed.ok, false);
  assert.equal(missed.data, null);
  assert.equal(missed.text, `no symbol "agent" in ${PYTHON}: did you mean Agent?`);
  const typo = await extract.run(parse({ file: PYTHON, symbol: "doubel" }), test.ctx);
  assert.match(typo.text, /did you mean double\?/);
  const far = await extract.run(parse({ file: PYTHON, symbol: "zzzzzz" }), test.ctx);
  assert.match(far.text, /: it has LIMIT, Agent, __init__, run, nested, double$/);
  const buffer = await test.ctx.store.get<{ start: number }>("extract:buffer");
  assert.equal(buffer?.start, 17);
});

Deno.test("extract cuts around the nth match of a regex, clamped to the file", async () => {
  const first = await run({ file: "log.txt", regex: "ok$", before: 9, after: 0 });
  assert.deepEqual(first.buffer, { path: "log.txt", start: 1, end: 2, text: "one\r\ntwo ok" });
  const second = await run({ file: "log.txt", re: "ok", nth: 2 });
  assert.equal(second.lines[0], "log.txt:1-5");
  const last = await run({ file: "log.txt", regex: "ok", nth: 7, before: 0, after: 0 });
  assert.equal(last.text, "log.txt:4-4\n(there are only 2 hits, this is the last)\nfour ok");
  const none = await run({ file: "log.txt", regex: "nope" });
  assert.deepEqual([none.ok, none.text], [false, "no line of log.txt matches nope"]);
});

Deno.test("extract cuts a range of lines", async () => {
  assert.equal((await run({ file: "log.txt", lines: "2-3" })).text, "log.txt:2-3\ntwo ok\r\nthree");
  assert.equal((await run({ file: "log.txt", lines: "5" })).lines[0], "log.txt:5-5");
  const long = await run({ file: "log.txt", lines: "4-99" });
  assert.deepEqual(long.lines.slice(0, 2), ["log.txt:4-5", "(the file ends at line 5)"]);
  assert.equal((await run({ file: "log.txt", lines: "6" })).text, "log.txt has only 5 lines");
});

Deno.test("extract refuses what it cannot understand, with the way out", async () => {
  await assert.rejects(run({ file: PYTHON }), usage(/nothing says.*--symbol NAME, --regex/));
  await assert.rejects(run({ file: PYTHON, symbol: "a", lines: "1" }), usage(/several selectors/));
  await assert.rejects(run({ file: PYTHON, regex: "(" }), usage(/bad regex "\("/));
  await assert.rejects(run({ file: PYTHON, lines: "9-3" }), usage(/bad line numbers "9-3"/));
  await assert.rejects(run({ file: PYTHON, lines: "0" }), usage(/bad line numbers/));
  await assert.rejects(
    run({ file: "app.rb", symbol: "App::run" }),
    usage(/no grammar knows.*app\.rb.*--regex "\\\\brun\\\\b"/, "failed"),
  );
  await assert.rejects(run({ file: "none.py", symbol: "a" }), usage(/none\.py/, "failed"));
});

Deno.test("extract writes the segment to a file in a new folder, as a write", async () => {
  await using test = await testContext(FILES);
  const input = parse({ file: PYTHON, symbol: "double", out: "parts/deep/double.py" });
  assert.deepEqual(extract.needs(input, test.ctx.workspace), {
    read: [PYTHON],
    write: ["parts/deep/double.py"],
  });
  assert.match(await extract.preview!(input, test.ctx), /becomes lines 23-23 of .*:\ndouble = /);
  const { text } = await extract.run(input, test.ctx);
  assert.match(text, /\(written to parts\/deep\/double\.py\)/);
  const written = await Deno.readTextFile(`${test.root}/parts/deep/double.py`);
  assert.equal(written, "double = lambda n: 2 * n\n");
});
