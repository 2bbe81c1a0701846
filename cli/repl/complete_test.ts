import assert from "node:assert/strict";
import { z } from "zod";
import { createRegistry } from "../../core/registry.ts";
import { searchEntry, testEntry } from "../flags/_test_entry.ts";
import { commonPrefix, complete, inColumns } from "./_complete_line.ts";
import { bufferOf } from "./_buffer.ts";
import { START } from "./_reduce.ts";
import { type Candidate, createCompleter } from "./complete.ts";

const FOLDERS: Record<string, { name: string; folder: boolean }[]> = {
  ".": [
    { name: "src", folder: true },
    { name: "read me.txt", folder: false },
    { name: "setup.ts", folder: false },
    { name: ".git", folder: true },
  ],
  "src/": [{ name: "main.ts", folder: false }, { name: "my dir", folder: true }],
};

const completer = createCompleter({
  registry: createRegistry([
    searchEntry,
    testEntry("git_status", z.object({})),
    testEntry("cat", z.object({ path: z.string() }), { positional: ["path"] }),
    testEntry("pass", z.object({ words: z.array(z.string()) }), {
      positional: ["words"],
      verbatim: true,
    }),
  ]),
  builtins: [{ name: "help" }, { name: "approval", values: ["auto", "manual"] }],
  slash: () => Promise.resolve([{ name: "/mode", values: ["edit", "plan"] }, { name: "/review" }]),
  listDir: (path) => FOLDERS[path] ? Promise.resolve(FOLDERS[path]) : Promise.reject(new Error()),
});

async function proposals(line: string): Promise<string[]> {
  return (await completer(line, line.length)).candidates.map((candidate) => candidate.value);
}

Deno.test("createCompleter() proposes verbs, flags, values and paths", async () => {
  const cases: [string, string[]][] = [
    ["", ["approval", "cat", "git-status", "help", "pass", "search"]],
    ["g", ["git-status"]],
    ["approval ", ["auto", "manual"]],
    ["approval m", ["manual"]],
    ["search --r", ["--ranker", "--replace-all"]],
    ["search --ignore_", ["--ignore-case"]],
    ["search -i --ig", []],
    ["search -g a --gl", ["--glob"]],
    ["search --no", ["--no-smart"]],
    ["pass --", ["--words"]],
    ["pass npm --", []],
    ["pass npm s", ["src/", "setup.ts"]],
    ["search --ranker ", ["bm25", "tfidf"]],
    ["search --ranker=t", ["--ranker=tfidf"]],
    ["search -- --r", []],
    ["search x ", ["src/", "read me.txt", "setup.ts"].map((path) => `"${path}"`)],
    ["search x s", ["src/", "setup.ts"]],
    ["search x a src/ma", ["src/main.ts"]],
    ["search --k 3 x s", ["src/", "setup.ts"]],
    ["search ", []],
    ["cat .g", [".git/"]],
    ["cat nowhere/", []],
    ["cat src/main.ts x", []],
    ["tree && cat set", ["setup.ts"]],
    ["unknown x", []],
    ["/", ["/mode", "/review"]],
    ["/r", ["/review"]],
    ["/mode p", ["plan"]],
    ["/mode plan ", []],
    ["/review s", []],
  ];
  for (const [line, expected] of cases) {
    const found = await proposals(line);
    const folders = expected.map((value) => value.replace(/^(".*\/)"$/, "$1"));
    assert.deepEqual(found, folders, line);
  }
});

Deno.test("createCompleter() quotes what needs it and keeps an open quote", async () => {
  assert.deepEqual(await proposals("cat r"), ['"read me.txt"']);
  assert.deepEqual(await proposals("cat 'r"), ["'read me.txt'"]);
  assert.deepEqual(await proposals('cat "src/m'), ['"src/main.ts"', '"src/my dir/']);
  assert.equal((await completer("cat 'r", 6)).from, 4);
});

const screenOf = (lines: string[]) => ({
  open() {},
  show() {},
  redraw() {},
  reopen() {},
  clear() {},
  columns: () => 40,
  below: (more: readonly string[]) => void lines.push(...more),
  above() {},
  insert() {},
  reprompt() {},
  take() {},
  hide() {},
  unhide() {},
  leave() {},
});

Deno.test("complete() puts in the common part, then lists", async () => {
  const listed: string[] = [];
  const press = async (line: string, again: boolean) => {
    const state = { ...START, buffer: bufferOf(line) };
    return (await complete(state, again, completer, screenOf(listed))).buffer.text;
  };
  assert.equal(await press("hel", false), "help ");
  assert.equal(await press("cat s", false), "cat s");
  assert.deepEqual(listed, []);
  assert.equal(await press("cat s", true), "cat s");
  assert.deepEqual(listed, ["src/      setup.ts"]);
  assert.equal(await press("search --re", false), "search --replace-all ");
  assert.equal(await press("cat src/m", false), 'cat "src/m');
  assert.equal(await press("zzz", true), "zzz");
});

Deno.test("inColumns() lists downwards, cuts long lists and cleans labels", () => {
  const label = (text: string): Candidate => ({ value: text, label: text, open: false });
  assert.deepEqual(inColumns(["a", "b", "c", "d", "e"].map(label), 9), ["a  c  e", "b  d"]);
  assert.deepEqual(inColumns([label("\x1b[31mred")], 40), ["red"]);
  const many = Array.from({ length: 100 }, (_, i) => label(`file-number-${i}`));
  const lines = inColumns(many, 20);
  assert.equal(lines.length, 21);
  assert.equal(lines.at(-1), "\u2026 and 80 more");
});

Deno.test("commonPrefix() cuts no character", () => {
  assert.equal(commonPrefix(["\u{1f600}a", "\u{1f601}a"]), "");
  assert.equal(commonPrefix(["abc", "abd"]), "ab");
  assert.equal(commonPrefix([]), "");
});
