import assert from "node:assert/strict";
import { parseRequest } from "../core/agent/request.ts";
import type { CallResult } from "../core/agent/mind.ts";
import { createRegistry } from "../core/registry.ts";
import type { Proposal } from "../core/tool.ts";
import { catalog } from "./catalog.ts";
import { inputOf } from "./_testing.ts";

const tools = await Promise.all(createRegistry(catalog).entries.map((entry) => entry.load()));

/** What each tool offers, by its name. */
function offers(
  text: string,
  results: readonly CallResult[] = [],
): ReadonlyMap<string, Proposal<unknown>> {
  const request = parseRequest(text);
  return new Map(tools.flatMap((tool): [string, Proposal<unknown>][] => {
    const offer = tool.propose?.(request, results);
    return offer === undefined ? [] : [[tool.name, offer]];
  }));
}

const ROWS: readonly (readonly [request: string, tool: string, input: unknown])[] = [
  // Symbols.
  ["let me see _AtomicFile", "extract", { symbol: "_AtomicFile" }],
  ["whats the signature of progressbar", "extract", { symbol: "progressbar" }],
  ["what methods does Context have", "extract", { symbol: "Context" }],
  ["how is Op.String implemented", "extract", { symbol: "Op.String" }],
  ["where is the progress bar implemented", "extract", { symbol: "progress bar" }],
  ["rename parseArgs in src/cli.ts", "extract", { file: "src/cli.ts", symbol: "parseArgs" }],
  ["tell me about `flush`", "extract", { symbol: "flush" }],
  ["whats the signature of progressbar", "knowledge", { query: ["progressbar"] }],
  ["rename parseArgs to readArgs", "knowledge", { query: ["parseArgs", "readArgs"] }],
  ["shorten core.py", "knowledge", { query: ["core.py"] }],
  ["look up io", "grep", { pattern: "up io", fixed: true, ignoreCase: true }],
  ["look up io", "esearch", { words: ["up io"] }],
  // Files and folders.
  ["print the readme", "cat", { file: "README" }],
  ["under which license is it", "cat", { file: "LICENSE" }],
  ["print testdata/watch-dir/bug-277", "cat", { file: "testdata/watch-dir/bug-277" }],
  ["show globals", "cat", { file: "globals" }],
  ["first 4 lines of the makefile", "cat", { file: "Makefile", start: 1, end: 4 }],
  ["whats inside testdata", "ls", { path: "testdata" }],
  ["whats the internal folder about", "ls", { path: "internal" }],
  ["what is core.py for", "ls", {}],
  ["whats under docs", "tree", { root: "docs" }],
  ["how big is core.py", "codectx", { path: "core.py" }],
  ["whats under docs", "codectx", { path: "docs" }],
  ["im new, where should i start reading", "codectx", { path: "." }],
  // Git.
  ["what did Tomas do", "git_log", { paths: [], n: 20, author: "Tomas" }],
  ["blame src/utils.py", "git_log", { paths: ["src/utils.py"], n: 20 }],
  ["whats new in the repo today", "git_log", { paths: [], n: 20, since: "midnight" }],
  ["am I on main?", "git_status", { paths: [] }],
  [
    "what have i done to lib/view.js",
    "git_diff",
    { paths: ["lib/view.js"], staged: false, stat: false },
  ],
  // The project and its checks.
  ["which python do i need", "project", { topic: "all" }],
  ["what are the dev dependencies", "project", { topic: "dependencies" }],
  ["run ruff on src/core.py", "lint", { paths: ["src/core.py"] }],
  ["check the types", "build", {}],
  ["did i break something", "run_tests", {}],
  ["does res.json escape html", "run_tests", {}],
  ["open test_push in tests/a.py", "run_tests", { filter: "test_push", paths: ["tests/a.py"] }],
  ["drop support for python 3.10", "plan", { task: ["drop support for python 3.10"] }],
  ["did it say anything in run.out", "context", { path: "run.out" }],
  ["have a look", "context", {}],
];

Deno.test("propose() offers itself with weight 0 when no rule fits", () => {
  for (const [request, tool, input] of ROWS) {
    assert.deepEqual(
      offers(request).get(tool),
      { input, weight: 0, reason: "no rule speaks for it" },
      `${tool}: ${request}`,
    );
  }
});

Deno.test("propose() keeps silent where there is no input to take", () => {
  const missing: readonly (readonly [string, readonly string[]])[] = [
    ["tell me about this project", ["extract", "knowledge", "grep", "esearch", "cat"]],
    ["what is src/a.ts for", ["extract"]],
    ["what happened in this repo lately", ["extract"]],
    ["drop support for python 3.10", ["knowledge"]],
    ["go build ./...", ["cat"]],
    ["how does routing get its handlers", ["cat"]],
  ];
  for (const [request, names] of missing) {
    const offered = offers(request);
    for (const name of names) assert.equal(offered.get(name), undefined, `${name}: ${request}`);
  }
});

Deno.test("propose() offers no plan twice, with a rule or without", () => {
  const planned: CallResult = {
    call: { id: "1", tool: "plan", input: {} },
    ok: true,
    text: "",
    data: {},
    exitCode: 0,
    ms: 1,
  };
  for (const request of ["add a flag", "have a look"]) {
    assert.equal(offers(request, [planned]).get("plan"), undefined);
  }
});

Deno.test("only tools that read or check offer themselves with weight 0, with an input they take", () => {
  const quiet = new Set<string>();
  for (const [request] of ROWS) {
    for (const [name, { weight, input, completes, instead }] of offers(request)) {
      if (weight > 0) continue;
      quiet.add(name);
      const tool = tools.find((tool) => tool.name === name)!;
      assert.ok(inputOf(tool, input), `${name}: ${request}`);
      assert.deepEqual([weight, completes, instead], [0, undefined, undefined]);
    }
  }
  assert.deepEqual(
    [...quiet].sort(),
    (
      "build cat codectx context esearch extract git_diff git_log git_status grep knowledge lint " +
      "ls plan project run_tests tree"
    ).split(" "),
  );
});
