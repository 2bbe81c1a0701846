import assert from "node:assert/strict";
import { UserError } from "../../core/errors.ts";
import knowledge from "./knowledge.ts";
import learn from "./learn.ts";
import { SAMPLES } from "./_test_samples.ts";
import { type TestContext, testContext, writeFiles } from "./_test_context.ts";

const FILES = Object.fromEntries(Object.values(SAMPLES).map(({ path, text }) => [path, text]));

async function learned({ ctx, root }: TestContext) {
  const result = await learn.run({ out: undefined }, ctx);
  const file = `${root}/.dspy_index/knowledge.json`;
  const graph = JSON.parse(await Deno.readTextFile(file).catch(() => "null"));
  return { ...result, file, graph };
}

async function ask(ctx: TestContext["ctx"], ...query: string[]): Promise<string> {
  const { ok, text } = await knowledge.run({ query }, ctx);
  return ok ? text : `NOTHING ${text}`;
}

Deno.test("learn keeps the graph in its file and in the store", async () => {
  await using test = await testContext({
    ...FILES,
    "bad.py": new Uint8Array([0, 1, 2, 0]),
    "node_modules/x/x.js": "function hidden() {}",
    ".gitignore": "gen/\n",
    "gen/out.js": "function generated() {}",
    "notes.md": "# none",
  });
  const { ok, text, data, graph } = await learned(test);
  const summary = "Files: 7 | Lines: 125 | Classes: 14 | Functions: 31";
  assert.equal(ok, true);
  assert.equal(text.split("\n")[0], summary);
  assert.match(text, /\n7 read, 0 unchanged, 0 gone\nLeft out .*: bad\.py\nKept in \.dspy_index/);
  assert.deepEqual(data.skipped, ["bad.py"]);
  assert.deepEqual(
    graph.files.map(({ path }: { path: string }) => path),
    Object.keys(FILES).sort(),
  );
  assert.deepEqual(await test.ctx.store.get("code:graph"), graph);
  assert.equal((await test.ctx.store.get<{ text: string }>("code:summary"))?.text, summary);
  const facts = await test.ctx.store.get<{ path: string }>("code:file:src|agent.ts:facts");
  assert.equal(facts?.path, "src/agent.ts");
  assert.deepEqual(test.progress.at(-1), {
    text: "learning src/main/java/org/acme/Agent.java",
    done: 7,
    total: 8,
  });
});

Deno.test("learn reads again only what has changed", async () => {
  await using test = await testContext({ "a.py": "def a(): pass", "b.py": "", "c.py": "x = 1" });
  await learned(test);
  const before = test.progress.length;
  assert.match((await learned(test)).text, /0 read, 3 unchanged, 0 gone/);
  assert.equal(test.progress.length, before + 1);

  await writeFiles(test.root, { "a.py": "def a(): b()", "d.py": "def b(): pass" });
  await Deno.utime(`${test.root}/b.py`, 1, 1);
  await Deno.remove(`${test.root}/c.py`);
  const { text, graph } = await learned(test);
  assert.match(text, /2 read, 1 unchanged, 1 gone/);
  assert.deepEqual(graph.edges, [
    { source: "a.py", target: "d.py#b", kind: "call", line: 1, caller: "a" },
  ]);
  const keys = await test.ctx.store.list("code:file:");
  assert.equal(keys.length, 3);
});

Deno.test("learn makes a lost or damaged graph file anew and keeps the damaged one", async () => {
  await using test = await testContext({ "a.py": "def a(): pass" });
  const { file } = await learned(test);
  await Deno.remove(file);
  assert.equal((await learned(test)).graph.stats.files, 1);
  await Deno.writeTextFile(file, "{");
  assert.equal((await learned(test)).graph.stats.files, 1);
  const names = await Array.fromAsync(Deno.readDir(`${test.root}/.dspy_index`), ({ name }) => name);
  assert.ok(names.some((name) => name.startsWith("knowledge.json.corrupt-")), names.join(" "));
});

Deno.test("learn goes on where it was stopped", async () => {
  await using test = await testContext({ "a.py": "def a(): pass", "b.py": "", "c.py": "" });
  const stop = new AbortController();
  const ctx = {
    ...test.ctx,
    signal: stop.signal,
    progress: ({ done }: { done?: number }) => done === 1 && stop.abort(),
  };
  await assert.rejects(
    learn.run({ out: undefined }, ctx),
    (error) => error instanceof UserError && error.kind === "aborted",
  );
  assert.match((await learned(test)).text, /1 read, 2 unchanged/);
});

Deno.test("learn says so when there is nothing to read or nowhere to keep it", async () => {
  await using empty = await testContext({ "a.txt": "" });
  const nothing = await learned(empty);
  assert.deepEqual([nothing.ok, nothing.text.split("\n")[1]], [false, "No source files here"]);

  await using test = await testContext({ "a.py": "def a(): pass", ".dspy_index": "a file" });
  const { ok, text } = await learned(test);
  assert.equal(ok, true);
  assert.match(text, /Not kept: /);
  assert.match(await ask(test.ctx, "a"), /^function a {2}a\.py:1-1/);
});

Deno.test("learn writes a copy of the graph where it is told to, as a write", async () => {
  await using test = await testContext({ "a.py": "def a(): pass" });
  assert.deepEqual(learn.needs({ out: "g/graph.json" }, test.ctx.workspace).write, [
    "g/graph.json",
  ]);
  await learn.run({ out: "g/graph.json" }, test.ctx);
  const graph = JSON.parse(await Deno.readTextFile(`${test.root}/g/graph.json`));
  assert.equal(graph.stats.functions, 1);
});

Deno.test("knowledge builds a missing graph and knows definitions, importers and callers", async () => {
  await using test = await testContext({
    "src/config.ts": "export function parseConfig() {}\nexport class ConfigFile {}\n" +
      "export function over(a: 1): void;\nexport function over(a: 2) {}\n",
    "src/main.ts": 'import { parseConfig } from "./config.ts";\nimport "zod";\n' +
      "export const start = () => parseConfig();\n",
    "lib/load_rows.py": "def load_rows(): pass\ndef load_rows_fast(): load_rows()\n",
  });
  const { ctx } = test;
  assert.equal(
    (await ask(ctx, "parseConfig")).split("\n").slice(0, 2).join("\n"),
    "function parseConfig  src/config.ts:1-1\n  called by src/main.ts:3 start",
  );
  assert.match(await ask(ctx, "who imports src/config.ts?"), /imported by src\/main\.ts/);
  assert.match(await ask(ctx, "where", "is", "Config", "defined"), /^class ConfigFile /);
  assert.match(await ask(ctx, "rows_fast"), /^function load_rows_fast {2}lib\/load_rows\.py:2-2/);
  assert.match(await ask(ctx, "who uses zod"), /^module zod\n {2}imported by src\/main\.ts$/);
  assert.match(await ask(ctx, "parseConfg"), /^NOTHING .*did you mean parseConfig\?/);
  assert.equal(await ask(ctx, "over"), "function over  src/config.ts:4-4");
  assert.match(await ask(ctx, "is"), /^NOTHING/);
});

Deno.test("knowledge finds a phrase's name, a package, and every line that calls", async () => {
  await using test = await testContext({
    "tests/test_bar.py": "def test_progress_bar_moves(): pass\n",
    "ui/bars.py": "class ProgressBar:\n    def draw(self): pass\n\ndef parse_args(): pass\n",
    "ui/__init__.py": "",
    "app.py": "from ui.bars import ProgressBar\n\ndef main():\n    ProgressBar()\n" +
      "    ProgressBar()\n\ndef other():\n    ProgressBar()\n",
    "local.py": "def outer():\n    def draw(): pass\n",
  });
  const { ctx } = test;
  const [first, callers] = (await ask(ctx, "progress", "bar")).split("\n");
  assert.equal(first, "class ProgressBar  ui/bars.py:1-2");
  assert.equal(callers, "  called by app.py:4,5 main, app.py:8 other");
  assert.match(await ask(ctx, "args parsed"), /^function parse_args /);
  assert.match(await ask(ctx, "ui"), /^file ui\/__init__\.py/);
});

Deno.test("knowledge answers from the code as it is now", async () => {
  await using test = await testContext({ "a.py": "def moved(): pass" });
  assert.match(await ask(test.ctx, "moved"), /a\.py:1-1/);
  await writeFiles(test.root, { "a.py": "\n\ndef moved(): pass" });
  assert.match(await ask(test.ctx, "moved"), /a\.py:3-3/);
});
