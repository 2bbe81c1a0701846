import assert from "node:assert/strict";
import { z } from "zod";
import type { UserError } from "../../core/errors.ts";
import { readJsonLines } from "../../core/store/json_lines.ts";
import { openSqliteStore } from "../../core/store/sqlite.ts";
import { inputOf, openBench } from "../_testing.ts";
import esearch from "./esearch.ts";
import index from "./index.ts";

const FILES = {
  "src/upload.ts":
    "/** Sends a file. */\nexport function retryUpload(file: string) {\n  return file;\n}\n",
  "src/config.py":
    "import os\n\ndef parse_config(path):\n    # reads the settings\n    return os.stat(path)\n",
  "docs/notes.md":
    "# Notes\n\nWhen parsing fails, see the config.\nretryUpload is tried thrice; retryUpload waits.\n",
};

const paths = (data: { hits: { path: string }[] }) => data.hits.map(({ path }) => path);

Deno.test("index says how many chunks there are, and reads only what changed", async () => {
  await using bench = await openBench(FILES);
  const first = await bench.run(index);
  assert.equal(first.text, "Indexed 4 chunks\n(3 files, 3 of them new or changed, 0 removed)");
  // Fresh files are looked at once more: their time cannot tell a second change.
  await new Promise((resolve) => setTimeout(resolve, 150));
  await bench.run(index);
  assert.deepEqual((await bench.run(index)).data, { chunks: 4, files: 3, changed: 0, removed: 0 });
  await bench.write({ "src/upload.ts": "function one() {\n}\nfunction two() {\n}\n" });
  await Deno.remove(`${bench.root}/docs`, { recursive: true });
  assert.deepEqual((await bench.run(index)).data, { chunks: 4, files: 2, changed: 1, removed: 1 });
});

Deno.test("index takes globs, and makes the index anew when they differ", async () => {
  await using bench = await openBench(FILES);
  assert.equal((await bench.run(index, { glob: ["*.py"] })).data.files, 1);
  assert.deepEqual(paths((await bench.run(esearch, { query: "upload" })).data), []);
  assert.equal((await bench.run(index, { exclude: ["docs"] })).data.files, 2);
  assert.deepEqual(paths((await bench.run(esearch, { query: "upload" })).data), ["src/upload.ts"]);
  assert.equal((await bench.run(index)).data.files, 3);
});

Deno.test("index leaves out binaries, ignored, secret and too large files", async () => {
  await using bench = await openBench({
    ".gitignore": "ignored.txt\n",
    "ignored.txt": "needle",
    ".env": "needle=1",
    "binary.dat": "needle\0",
    "large.txt": "needle ".repeat(200_000),
    "node_modules/a.js": "needle",
    "found.txt": "needle",
  });
  assert.deepEqual(paths((await bench.run(esearch, { query: "needle" })).data), ["found.txt"]);
});

Deno.test("esearch --ranker tfidf ranks the same chunks by their cosine, without raising any", async () => {
  await using bench = await openBench({
    ...FILES,
    "src/upload_test.ts": "retryUpload();\n",
  });
  const { ok, data } = await bench.run(esearch, { query: "retryUpload", ranker: "tfidf" });
  assert.ok(ok);
  // The shortest text is the nearest, test or not.
  assert.deepEqual(paths(data), ["src/upload_test.ts", "docs/notes.md", "src/upload.ts"]);
  assert.ok(data.hits.every(({ score }: { score: number }) => score > 0 && score <= 1.0000001));
  assert.equal(data.hits[0].start, 1);
  const none = await bench.run(esearch, { query: "zzyzx", ranker: "tfidf" });
  assert.deepEqual([none.ok, none.text], [false, "no matches"]);
  await bench.run(index, { glob: ["*.py"] });
  assert.deepEqual(
    paths((await bench.run(esearch, { query: "retryUpload", ranker: "tfidf" })).data),
    [],
  );
});

Deno.test("esearch shows place, score and lines around the best one", async () => {
  await using bench = await openBench(FILES);
  const { ok, text } = await bench.run(esearch, { words: ["reads", "settings"], context: 1 });
  assert.ok(ok);
  const [head, ...lines] = text.split("\n");
  assert.match(head!, /^src\/config\.py:3-5 \d+\.\d{3}$/);
  assert.deepEqual(lines, [
    "  3: def parse_config(path):",
    "> 4:     # reads the settings",
    "  5:     return os.stat(path)",
  ]);
});

Deno.test("esearch shows no score where words that stand everywhere bring next to none", async () => {
  await using bench = await openBench({ "a.txt": "needle one", "b.txt": "needle two" });
  const { data, text } = await bench.run(esearch, { query: "needle", context: 0 });
  assert.equal(text, "a.txt:1-1\n> 1: needle one\n\nb.txt:1-1\n> 1: needle two");
  assert.ok(data.hits.every(({ score }: { score: number }) => score > 0));
});

Deno.test("esearch puts the definition of a name first, and finds names by their parts", async () => {
  await using bench = await openBench(FILES);
  const find = async (query: string) => paths((await bench.run(esearch, { query })).data)[0];
  assert.equal(await find("where is retryUpload"), "src/upload.ts");
  assert.equal(await find("ParseConfig"), "src/config.py");
  assert.equal(await find("upload retries"), "src/upload.ts");
  assert.equal(await find("notes"), "docs/notes.md");
});

Deno.test("esearch sees changed, new and deleted files without index", async () => {
  await using bench = await openBench(FILES);
  const find = async (query: string) => paths((await bench.run(esearch, { query })).data);
  assert.deepEqual(await find("zebra"), []);
  await bench.write({ "docs/notes.md": "# Zebra\n", "new.txt": "another zebra\n" });
  assert.deepEqual((await find("zebra")).sort(), ["docs/notes.md", "new.txt"]);
  // The same size and time: only the content tells.
  const path = `${bench.root}/new.txt`;
  const { mtime } = await Deno.stat(path);
  await bench.write({ "new.txt": "another horse\n" });
  await Deno.utime(path, mtime!, mtime!);
  assert.deepEqual(await find("zebra"), ["docs/notes.md"]);
  await Deno.remove(`${bench.root}/docs/notes.md`);
  assert.deepEqual(await find("zebra"), []);
});

Deno.test("esearch says when nothing matches, and refuses an empty query", async () => {
  await using bench = await openBench(FILES);
  const { ok, text } = await bench.run(esearch, { query: "nowhere" });
  assert.deepEqual([ok, text], [false, "no matches"]);
  await assert.rejects(
    bench.run(esearch, { words: [" "] }),
    (error: UserError) => error.kind === "usage" && /needs words/.test(error.line),
  );
});

Deno.test("esearch keeps what it found in retrieval.jsonl", async () => {
  await using bench = await openBench(FILES);
  await bench.run(esearch, { query: "settings" });
  await bench.run(esearch, { query: "nowhere" });
  const schema = z.strictObject({
    ts: z.int(),
    workspace: z.literal(bench.root),
    query: z.string(),
    hits: z.array(z.strictObject({
      path: z.string(),
      score: z.number(),
      start_line: z.int(),
      end_line: z.int(),
    })),
  });
  const lines = await readJsonLines(`${bench.root}/.dspy_agentic/retrieval.jsonl`, { schema });
  assert.deepEqual(lines.map(({ query, hits }) => [query, hits.length]), [["settings", 1], [
    "nowhere",
    0,
  ]]);
});

Deno.test("index stops when told to, goes on later, and shares one store with another session", async () => {
  await using bench = await openBench(
    Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`f${i}.txt`, `word${i} needle\n`])),
  );
  const store = await openSqliteStore(`${bench.root}/.dspy/store.db`);
  const other = await openSqliteStore(`${bench.root}/.dspy/store.db`);
  const stopped = { ...bench.ctx, store, signal: AbortSignal.abort() };
  await assert.rejects(
    index.run(inputOf(index, {}), stopped),
    (error: UserError) => error.kind === "aborted",
  );
  const both = await Promise.all(
    [store, other].map((store) => index.run(inputOf(index, {}), { ...bench.ctx, store })),
  );
  assert.deepEqual(both.map(({ data }) => data.chunks), [300, 300]);
  const { data } = await esearch.run(inputOf(esearch, { query: "word7 word299", k: 2 }), {
    ...bench.ctx,
    store: other,
  });
  assert.deepEqual(paths({ hits: [...data.hits] }).sort(), ["f299.txt", "f7.txt"]);
  await store.close();
  await other.close();
});
