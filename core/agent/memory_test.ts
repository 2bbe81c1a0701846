import assert from "node:assert/strict";
import { openFiles } from "../workspace/open_files.ts";
import { chainOf } from "./chain_of.ts";
import { type Chain, openMemory } from "./memory.ts";

const root = await Deno.realPath(await Deno.makeTempDir());
Deno.test.afterAll(() => Deno.remove(root, { recursive: true }));
let workspaces = 0;

async function workspace(): Promise<string> {
  const folder = `${root}/${++workspaces}`;
  await Deno.mkdir(folder);
  return folder;
}

function chain(query: string, tools: readonly string[], success = true): Chain {
  return {
    query,
    steps: tools.map((tool) => ({ tool, args: {}, success, time: 0.1 })),
    total_time: 0.1 * tools.length,
    success,
    key_findings: [],
    next_suggestions: [],
    context_for_continuation: `about ${query}`,
  };
}

Deno.test("finish() writes the file that the specification names, kept by the next session", async () => {
  const folder = await workspace();
  const memory = openMemory(openFiles(folder), { now: () => 1700 });
  await memory.finish(chain("find the parser", ["grep", "extract"]));
  const path = `${folder}/.dspy_session_memory.json`;
  const text = await Deno.readTextFile(path);
  assert.deepEqual(Object.keys(JSON.parse(text)).sort(), [
    "action_policies",
    "chain_history",
    "context_insights",
    "expert_patterns",
    "last_updated",
    "prompt_optimizations",
    "query_cache",
    "tool_cache",
    "tool_effectiveness",
  ]);
  assert.equal(JSON.parse(text).last_updated, 1700);
  const [kept] = await openMemory(openFiles(folder)).history();
  assert.deepEqual(kept, chain("find the parser", ["grep", "extract"]));
});

Deno.test("finish() keeps 50 chains and fields of others", async () => {
  const folder = await workspace();
  await Deno.writeTextFile(
    `${folder}/.dspy_session_memory.json`,
    JSON.stringify({ context_insights: { a: 1 }, theirs: true }),
  );
  const memory = openMemory(openFiles(folder));
  for (let i = 0; i < 53; i++) await memory.finish(chain(`q${i}`, ["grep"]));
  const history = await memory.history();
  assert.deepEqual([history.length, history[0]?.query, history.at(-1)?.query], [50, "q3", "q52"]);
  const file = JSON.parse(await Deno.readTextFile(`${folder}/.dspy_session_memory.json`));
  assert.deepEqual([file.context_insights, file.theirs], [{ a: 1 }, true]);
});

Deno.test("effectiveness() starts at a half and follows success slowly", async () => {
  const memory = openMemory(openFiles(await workspace()));
  assert.equal(await memory.effectiveness("grep"), 0.5);
  await memory.finish(chain("a", ["grep"]));
  assert.equal(await memory.effectiveness("grep"), 0.9 * 0.5 + 0.1);
  await memory.finish(chain("b", ["grep"], false));
  assert.equal(await memory.effectiveness("grep"), 0.9 * (0.9 * 0.5 + 0.1));
});

Deno.test("recall() gives the sequence with the most reward times frequency among successes", async () => {
  const memory = openMemory(openFiles(await workspace()));
  await memory.finish(chain("a", ["tree"]), { context: "explain", reward: 0.9 });
  await memory.finish(chain("b", ["grep"]), { context: "explain", reward: 0.4 });
  assert.deepEqual((await memory.recall("c", "explain")).sequence, ["tree"]);
  await memory.finish(chain("b", ["grep"]), { context: "explain", reward: 0.6 });
  // grep: reward (0.4 + 0.6) / 2, twice: 1.0 against 0.9.
  assert.deepEqual((await memory.recall("c", "explain")).sequence, ["grep"]);
  await memory.finish(chain("d", ["plan"], false), { context: "explain", reward: 1 });
  await memory.finish(chain("d", ["plan"], false), { context: "explain", reward: 1 });
  assert.deepEqual((await memory.recall("c", "explain")).sequence, ["grep"]);
  assert.deepEqual((await memory.recall("c")).sequence, []);
});

Deno.test("recall() goes on from the last chain for continuation words, whole words only", async () => {
  const memory = openMemory(openFiles(await workspace()));
  assert.equal((await memory.recall("and then?")).continuation, undefined);
  await memory.finish(chain("the parser", ["grep"]));
  for (const query of ["continue", "And the tests?", "show more", "what NEXT", "go further"]) {
    assert.equal((await memory.recall(query)).continuation, "about the parser", query);
  }
  for (const query of ["find the android code", "moreover", "nextTick", "authentication"]) {
    assert.equal((await memory.recall(query)).continuation, undefined, query);
  }
  assert.equal((await memory.recall(" The  PARSER ")).before?.query, "the parser");
});

Deno.test("two sessions add to one memory without losing a chain", async () => {
  const folder = await workspace();
  const sessions = [openMemory(openFiles(folder)), openMemory(openFiles(folder))];
  await Promise.all(
    Array.from({ length: 40 }, (_, i) => sessions[i % 2]!.finish(chain(`q${i}`, ["t"]))),
  );
  const queries = (await sessions[0]!.history()).map(({ query }) => query);
  assert.equal(new Set(queries).size, 40);
});

Deno.test("cached() makes a result anew after five minutes or a change of what it was made from", async () => {
  const folder = await workspace();
  await Deno.mkdir(`${folder}/src`);
  await Deno.writeTextFile(`${folder}/src/a.ts`, "one");
  await Deno.writeTextFile(`${folder}/b.ts`, "one");
  let now = 1e12;
  const memory = openMemory(openFiles(folder), { now: () => now });
  let made = 0;
  const call = (input: unknown, reads = ["src"]) =>
    memory.cached({ tool: "codectx", input, reads }, () => Promise.resolve({ made: ++made }));

  assert.deepEqual(await call({ path: "src", depth: 1 }), { made: 1 });
  assert.deepEqual(await call({ depth: 1, path: "src", timestamp: 7, session_id: "x" }), {
    made: 1,
  });
  assert.deepEqual(await call({ path: "src", depth: 2 }), { made: 2 });
  await Deno.writeTextFile(`${folder}/b.ts`, "other");
  assert.deepEqual(await call({ path: "src", depth: 1 }), { made: 1 });
  await Deno.writeTextFile(`${folder}/src/a.ts`, "three");
  assert.deepEqual(await call({ path: "src", depth: 1 }), { made: 3 });
  await Deno.writeTextFile(`${folder}/src/new.ts`, "");
  assert.deepEqual(await call({ path: "src", depth: 1 }), { made: 4 });
  now += 5 * 60 * 1000 - 1;
  assert.deepEqual(await call({ path: "src", depth: 1 }), { made: 4 });
  now += 1;
  assert.deepEqual(await call({ path: "src", depth: 1 }), { made: 5 });
  assert.deepEqual(await call({ one: 1 }, ["src/a.ts"]), { made: 6 });
  assert.deepEqual(await call({ one: 1 }, ["src/a.ts"]), { made: 6 });
  assert.deepEqual(await call({ gone: 1 }, ["gone.ts"]), { made: 7 });
  assert.deepEqual(await call({ gone: 1 }, ["gone.ts"]), { made: 8 });
});

Deno.test("openMemory() keeps an unreadable file aside and goes on", async () => {
  const folder = await workspace();
  await Deno.writeTextFile(`${folder}/.dspy_session_memory.json`, '{"chain_history": 7}');
  const warnings: string[] = [];
  const memory = openMemory(openFiles(folder), { onWarning: (text) => warnings.push(text) });
  await memory.finish(chain("a", ["grep"]));
  assert.equal((await memory.history()).length, 1);
  assert.match(
    warnings.join(),
    /unreadable .* kept as \.dspy\/\.dspy_session_memory\.json\.corrupt-\d+/,
  );
});

Deno.test("finish() warns when nothing can be written", async () => {
  const warnings: string[] = [];
  const memory = openMemory(
    { ...openFiles(root), root: `${root}/file/below` },
    { onWarning: (text) => warnings.push(text) },
  );
  await Deno.writeTextFile(`${root}/file`, "");
  await memory.finish(chain("a", ["grep"]));
  assert.match(warnings.join(), /^nothing was remembered: /);
});

Deno.test("chainOf() sums a request up", () => {
  const result = (tool: string, ok: boolean, text: string) => ({
    call: { id: "1", tool, input: { q: 1 } },
    ok,
    text,
    data: null,
    exitCode: ok ? 0 : 1,
    ms: 250,
  });
  const made = chainOf(
    "find x",
    [result("grep", true, "\na.ts:1: x\nb.ts"), result("esearch", false, "no matches")],
    { stop: "done", ok: true, text: "", next: ["extract --file a.ts"] },
  );
  assert.deepEqual(made, {
    query: "find x",
    steps: [
      { tool: "grep", args: { q: 1 }, success: true, time: 0.25 },
      { tool: "esearch", args: { q: 1 }, success: false, time: 0.25 },
    ],
    total_time: 0.5,
    success: true,
    key_findings: ["grep: a.ts:1: x"],
    next_suggestions: ["extract --file a.ts"],
    context_for_continuation: "Before: find x\nDone: grep, esearch\ngrep: a.ts:1: x",
  });
});
