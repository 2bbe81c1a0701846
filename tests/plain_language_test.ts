// What people type, and the one call that should answer it: no model, the real tools and their real
// proposals on a small repository under git.
import assert from "node:assert/strict";
import { join } from "node:path";
import { createRegistry } from "../core/registry.ts";
import { createHands } from "../core/safety/hands.ts";
import { openMemoryStore } from "../core/store/memory.ts";
import { catalog } from "../skills/catalog.ts";
import { git } from "../skills/git/_git_testing.ts";
import { openBench, skip } from "../skills/_testing.ts";
import { openSession } from "../skills/open_session.ts";
import { createSessionBus } from "../skills/session_bus.ts";

const FILES: Readonly<Record<string, string>> = {
  "README.md": "# Shapes\n\nShapes draws shapes on a terminal, with progress bars for long jobs.\n",
  "LICENSE": "MIT License\n",
  "Makefile": "test:\n\tpytest\n",
  "package.json": JSON.stringify({
    name: "shapes",
    version: "2.3.4",
    license: "MIT",
    main: "lib/index.js",
    engines: { node: ">= 20" },
    dependencies: { express: "^5.0.0" },
  }),
  "lib/index.js": 'const express = require("express");\nconst router = require("./router");\n' +
    "module.exports = router;\n",
  "lib/response.js":
    "var res = {};\nres.json = function json(obj) {\n  return res.send(obj);\n};\n" +
    "res.send = function send(body) {\n  return body;\n};\n",
  "lib/router/index.js": "// routing: finds the handler of a path\nfunction matchRoute(path) {\n" +
    "  return path;\n}\nmodule.exports = { matchRoute };\n",
  "src/shapes/__init__.py": "",
  "src/shapes/core.py": `import json


class Stack:
    """Things on top of each other."""

    def push(self, item):
        self.items.append(item)


class ProgressBar:
    def render_bar(self):
        return "#"


def parse_args(words):
    # TODO: quotes
    return Stack()


def main():
    parse_args([])
    return parse_args(["a"])
`,
  "tests/test_core.py": "from shapes.core import parse_args\n\n\ndef test_push():\n" +
    "    assert parse_args([])\n",
  "logs/app.log": "2024-01-01 10:00:00 ERROR cannot open the door\n",
};

type Row = readonly [request: string, tool: string, input?: Readonly<Record<string, unknown>>];

const CORE = "src/shapes/core.py";

const ROWS: readonly Row[] = [
  // What was changed, by whom.
  ["what did I change", "git_diff"],
  ["what did I change?", "git_diff", { staged: false }],
  ["show my changes", "git_diff"],
  ["show the staged changes", "git_diff", { staged: true }],
  ["what have we changed in lib/index.js", "git_diff", { paths: ["lib/index.js"] }],
  ["what changed", "git_log", { paths: [], n: 20 }],
  ["what changed today", "git_log", { since: "midnight" }],
  ["what changed in src/shapes/core.py", "git_log", { paths: [CORE] }],
  ["last commit", "git_log", { n: 1 }],
  ["show my last commit", "git_log", { n: 1 }],
  ["last 3 commits", "git_log", { n: 3 }],
  ["commits by Anna", "git_log", { author: "Anna" }],
  ["who changed lib/index.js last", "git_log", { paths: ["lib/index.js"], n: 1 }],
  ["who wrote lib/index.js", "git_log", { paths: ["lib/index.js"] }],
  ["history of Makefile", "git_log", { paths: ["Makefile"] }],
  ["is the tree clean", "git_status"],
  ["git status", "git_status"],
  ["which branch am I on?", "git_status"],
  ["stage lib/index.js", "git_add", { paths: ["lib/index.js"] }],
  ["stage everything", "git_add", { paths: ["."] }],
  ['commit "Core: draw faster"', "git_commit", { message: "Core: draw faster" }],
  // Checks.
  ["run the tests", "run_tests", {}],
  ["do the tests pass?", "run_tests", {}],
  ["run the tests of tests/test_core.py", "run_tests", { paths: ["tests/test_core.py"] }],
  ["why is test_push failing", "run_tests", { filter: "test_push" }],
  ["how do I run the tests", "project", { topic: "commands" }],
  ["how do I build this", "project", { topic: "commands" }],
  ["list all tests", "project", { topic: "tests" }],
  // Names.
  ["who calls parse_args", "knowledge", { query: ["parse_args"] }],
  ["where is parse_args defined?", "knowledge", { query: ["parse_args"] }],
  ["where is Stack used", "knowledge", { query: ["Stack"] }],
  ["who calls main", "knowledge", { query: ["main"] }],
  ["which files import express", "knowledge", { query: ["express"] }],
  ["who requires express", "knowledge", { query: ["express"] }],
  ["which files import lib/router/index.js", "knowledge", { query: ["lib/router/index.js"] }],
  ["where is the progress bar implemented", "knowledge", { query: ["progress bar"] }],
  ["where are the args parsed?", "knowledge", { query: ["args parsed"] }],
  ["what does Stack.push do", "extract", { symbol: "Stack.push" }],
  ["res.json", "extract", { symbol: "res.json" }],
  ["what does res.json do?", "extract", { symbol: "res.json" }],
  ["show definition of class Stack", "extract", { symbol: "Stack" }],
  ["show me function main", "extract", { symbol: "main" }],
  ["show the progress bar class", "extract", { symbol: "progress bar" }],
  ["explain ProgressBar", "extract", { symbol: "ProgressBar" }],
  ["show parse_args in core.py", "extract", { file: "core.py", symbol: "parse_args" }],
  // Files and folders.
  ["how does routing work", "esearch", { words: ["routing"] }],
  ["explain the router folder", "codectx", { path: "router" }],
  ["explain the code", "codectx", { path: "." }],
  ["what is this project about?", "codectx", { path: "." }],
  ["give me an overview", "codectx", { path: "." }],
  ["what classes are in src/shapes/core.py", "codectx", { path: CORE }],
  ["list functions in core.py", "codectx", { path: "core.py" }],
  ["summarize src/shapes/core.py", "codectx", { path: CORE }],
  ["how many lines has core.py", "codectx", { path: "core.py" }],
  ["what does lib/index.js do", "codectx", { path: "lib/index.js" }],
  ["lines 5 to 8 of src/shapes/core.py", "cat", { file: CORE, start: 5, end: 8 }],
  ["show src/shapes/core.py from line 3", "cat", { file: CORE, start: 3 }],
  ["first 4 lines of core.py", "cat", { file: "core.py", start: 1, end: 4 }],
  ["show src/shapes/core.py:10-12", "cat", { file: CORE, start: 10, end: 12 }],
  ["show README.md", "cat", { file: "README.md" }],
  ["show package.json", "cat", { file: "package.json" }],
  ["show the Makefile", "cat", { file: "Makefile" }],
  ["list the files in lib", "ls"],
  ["what files are in lib/router", "ls", { path: "lib/router" }],
  ["show the router folder", "ls", { path: "router" }],
  ["what is in this folder?", "ls", {}],
  ["what languages is this written in", "codectx", { path: "." }],
  ["how many files are there", "codectx", { path: "." }],
  ["list the classes", "codectx", { path: "." }],
  // Logs.
  ["what errors are in the logs", "context", {}],
  ["any exceptions?", "context", {}],
  ["what went wrong", "context", {}],
  ["show the errors in logs/app.log", "context", { path: "logs/app.log" }],
  // The project.
  ["what version is this", "project", { topic: "version" }],
  ["which dependencies does it have", "project", { topic: "dependencies" }],
  ["what node version", "project", { topic: "runtime" }],
  ["what is the licence", "project", { topic: "license" }],
  ["license?", "project", { topic: "license" }],
  ["what is the entry point", "project", { topic: "entry" }],
  // Text.
  ['find "on top of"', "grep", { pattern: "on top of", fixed: true }],
  ["list all TODOs", "grep", { pattern: "TODO|FIXME" }],
  // A change.
  ["add a color option to the progress bar", "plan"],
  ["rename parse_args to read_args", "plan"],
  // Slips and other languages.
  ["wher is parse_args defind", "knowledge", { query: ["parse_args"] }],
  ["whcih files import express", "knowledge", { query: ["express"] }],
  ["shwo README.md", "cat", { file: "README.md" }],
  ["explian ProgressBar", "extract", { symbol: "ProgressBar" }],
  ["wo ist parse_args definiert?", "knowledge", { query: ["parse_args"] }],
  ["wer ruft main auf", "knowledge", { query: ["main"] }],
  ["zeige README.md", "cat", { file: "README.md" }],
  ["erkläre lib/index.js", "codectx", { path: "lib/index.js" }],
  ["dónde está ProgressBar", "knowledge", { query: ["ProgressBar"] }],
  ["¿qué archivos importan express?", "knowledge", { query: ["express"] }],
  ["où est défini parse_args", "knowledge", { query: ["parse_args"] }],
];

/** Answered in words, and by no call. */
const SAID: readonly (readonly [request: string, answer: RegExp])[] = [
  ["hello", /^Hello\.\n.*\n(?:.*\n)+ {2}where is /],
  ["thanks!", /^You are welcome/],
  ["what can you do", /where is parseConfig defined/],
  ["help me", /"help" lists them/],
  ["hola", /^Hello/],
  ["commit everything", /git_add \.\n {2}git_commit -m "/],
  ["commit core.py", /git_add core\.py\n/],
];

/** Requests that two calls answer. */
const TWICE: readonly (readonly [request: string, ...tools: string[]])[] = [
  ["who wrote parse_args", "knowledge", "git_log"],
  ['commit everything "Draw faster"', "git_add", "git_commit"],
];

interface Answer {
  readonly calls: readonly { tool: string; input: Record<string, unknown> }[];
  readonly text: string;
}

/** Answers each request in a session of its own, on one repository. */
async function answers(requests: readonly string[]): Promise<Answer[]> {
  await using bench = await openBench(FILES);
  const { root } = bench;
  await git(root, "init", "-q");
  await git(root, "add", ".");
  const who = ["-c", "user.name=Anna", "-c", "user.email=anna@example.org"];
  await git(root, ...who, "commit", "-qm", "First");
  await bench.write({ "lib/index.js": `${FILES["lib/index.js"]}// more\n` });
  const hands = createHands({
    registry: createRegistry(catalog),
    root,
    env: { ...Deno.env.toObject(), GIT_CONFIG_GLOBAL: join(root, "gitconfig") },
    authorize: () => Promise.resolve(),
  });
  const all: Answer[] = [];
  for (const request of requests) {
    const bus = createSessionBus();
    const calls: { tool: string; input: Record<string, unknown> }[] = [];
    bus.subscribe("tool.start", ({ value }) => void calls.push(value.data as typeof calls[number]));
    const session = await openSession(root, {
      bus,
      hands,
      store: openMemoryStore(),
      interactive: true,
      approve: ({ tool }) => Promise.resolve(tool === "git_add"),
    });
    const { text } = await session.ask(request);
    await session.close();
    all.push({ calls, text });
  }
  return all;
}

const hasGit = await git(".", "--version").then(() => true, () => false);
if (!hasGit) skip("plain language", "git is not installed here");

Deno.test({
  name: "plain requests are answered by one call of the right tool",
  ignore: !hasGit,
  async fn() {
    const found = await answers(ROWS.map(([request]) => request));
    const wrong = ROWS.flatMap(([request, tool, input = {}], i) => {
      const { calls: [first, ...rest] } = found[i]!;
      const part = Object.fromEntries(
        Object.keys(input).map((key) => [key, first?.input[key]]),
      );
      const right = first?.tool === tool && rest.length === 0 &&
        JSON.stringify(part) === JSON.stringify(input);
      const got = found[i]!.calls.map((call) => `${call.tool} ${JSON.stringify(call.input)}`);
      return right ? [] : [`${request} => ${got.join("; ") || found[i]!.text}`];
    });
    assert.deepEqual(wrong, []);
  },
});

Deno.test({
  name: "what needs no call, or a message first, is answered in words",
  ignore: !hasGit,
  async fn() {
    const found = await answers(SAID.map(([request]) => request));
    for (const [i, [request, answer]] of SAID.entries()) {
      assert.deepEqual(found[i]!.calls, [], request);
      assert.match(found[i]!.text, answer, request);
    }
  },
});

Deno.test({
  name: "what takes two steps takes these two",
  ignore: !hasGit,
  async fn() {
    const found = await answers(TWICE.map(([request]) => request));
    for (const [i, [request, ...tools]] of TWICE.entries()) {
      assert.deepEqual(found[i]!.calls.map(({ tool }) => tool), tools, request);
    }
  },
});
