import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { UserError } from "../../core/errors.ts";
import { openBench } from "../_testing.ts";
import { JOB_FILES } from "./_grep_lane.ts";
import { compilePattern } from "./_grep_pattern.ts";
import type { ScanSpec } from "./_grep_scan.ts";
import { searchFiles } from "./_grep_search.ts";
import { endWorkers, idleWorkers } from "./_grep_workers.ts";
import grep from "./grep.ts";

Deno.test("grep writes path, line and text, sorted by path", async () => {
  await using bench = await openBench({
    "b.txt": "one\ntwo needle\n",
    "a/c.txt": "needle\nx\nneedle needle\n",
  });
  const { ok, text, data } = await bench.run(grep, { pattern: "needle" });
  assert.ok(ok);
  assert.equal(text, "a/c.txt:1: needle\na/c.txt:3: needle needle\nb.txt:2: two needle");
  assert.deepEqual(data, {
    matches: [
      { path: "a/c.txt", line: 1, text: "needle" },
      { path: "a/c.txt", line: 3, text: "needle needle" },
      { path: "b.txt", line: 2, text: "two needle" },
    ],
    files: 2,
    searched: 2,
    skipped: { binary: 0, large: 0, unreadable: 0 },
    truncated: false,
  });
});

Deno.test("grep leaves out hard links to denied files, and says so", async () => {
  const files = { "a.txt": "needle\n", "conf/.env": "needle SECRET\n", "src/x": "" };
  await using bench = await openBench(files);
  await Deno.link(`${bench.root}/conf/.env`, `${bench.root}/src/notes.txt`);
  await Deno.link(`${bench.root}/a.txt`, `${bench.root}/src/same.txt`);
  const { text, data } = await bench.run(grep, { pattern: "needle" });
  assert.equal(text, "a.txt:1: needle\nsrc/same.txt:1: needle\n(1 denied file left out)");
  assert.equal(data.files, 2);
  const none = await bench.run(grep, { pattern: "SECRET" });
  assert.deepEqual([none.ok, none.text], [false, "no matches\n(1 denied file left out)"]);
});

Deno.test("grep says no matches, and that is no success", async () => {
  await using bench = await openBench({ "a.txt": "x" });
  const { ok, text } = await bench.run(grep, { pattern: "y" });
  assert.equal(ok, false);
  assert.equal(text, "no matches");
});

Deno.test("grep refuses an invalid regex in one line that names it", async () => {
  await using bench = await openBench();
  for (const pattern of ["(a", "[a", "*", "a\\", "(?x)a", "a\nb", "a\\nb", "\\q", "[[:nope:]]"]) {
    await assert.rejects(bench.run(grep, { pattern }), (error: UserError) => {
      assert.equal(error.kind, "usage");
      assert.ok(error.line.includes(JSON.stringify(pattern)), error.line);
      return !error.line.includes("\n");
    });
  }
  await assert.rejects(bench.run(grep, { pattern: "a", fixed: true, regex: true }), UserError);
});

Deno.test("grep takes a pattern literally with fixed", async () => {
  await using bench = await openBench({ "a.txt": "f(x)\nfx\na.c\nabc\n" });
  const found = async (pattern: string, fixed: boolean) =>
    (await bench.run(grep, { pattern, fixed })).data.matches.map((match: { line: number }) =>
      match.line
    );
  assert.deepEqual(await found("f(x)", true), [1]);
  assert.deepEqual(await found("f(x)", false), [2]);
  assert.deepEqual(await found("a.c", true), [3]);
  assert.deepEqual(await found("a.c", false), [3, 4]);
});

Deno.test("grep shows context once, with a mark between groups", async () => {
  const lines = Array.from({ length: 20 }, (_, i) => `l${i + 1}`);
  for (const at of [1, 4, 5, 15, 20]) lines[at - 1] += " hit";
  await using bench = await openBench({ "a.txt": lines.join("\n") });
  const { text } = await bench.run(grep, { pattern: "hit", context: 1 });
  assert.deepEqual(text.split("\n").map((line) => line.replace("a.txt", "")), [
    ...[":1: l1 hit", "-2- l2", "-3- l3", ":4: l4 hit", ":5: l5 hit", "-6- l6", "--"],
    ...["-14- l14", ":15: l15 hit", "-16- l16", "--", "-19- l19", ":20: l20 hit"],
  ]);
});

Deno.test("grep says when the limit cut, and only then", async () => {
  await using bench = await openBench({ "a": "x\n".repeat(3), "b": "x\ny\n".repeat(3), "c": "x" });
  const cut = await bench.run(grep, { pattern: "x", limit: 4, context: 1 });
  assert.equal(cut.data.matches.length, 4);
  assert.ok(cut.data.truncated);
  assert.equal(
    cut.text.split("\n").at(-1),
    "(cut after 4 matches: narrow the search, or raise --limit)",
  );
  assert.deepEqual(cut.text.split("\n").slice(-4, -1), ["--", "b:1: x", "b-2- y"]);
  const whole = await bench.run(grep, { pattern: "x", limit: 7 });
  assert.equal(whole.data.truncated, false);
  assert.ok(!whole.text.includes("cut"));
});

Deno.test("grep cuts long lines around the match", async () => {
  await using bench = await openBench({ "a": `${"a".repeat(5_000)}needle${"b".repeat(5_000)}\n` });
  const { data } = await bench.run(grep, { pattern: "needle" });
  const { text } = data.matches[0];
  assert.equal(text.length, 502);
  assert.match(text, /^\u2026a+needleb+\u2026$/);
});

Deno.test("grep keeps matches within a line", async () => {
  await using bench = await openBench({ "a.txt": "foo\nbar\nfoo  bar\n\n\nend" });
  const lines = async (pattern: string) =>
    (await bench.run(grep, { pattern })).data.matches.map((match: { line: number }) => match.line);
  assert.deepEqual(await lines("foo\\s+bar"), [3]);
  assert.deepEqual(await lines("foo[^x]+bar"), [3]);
  assert.deepEqual(await lines("foo\\W+bar"), [3]);
  assert.deepEqual(await lines("[\\s\\S]+"), [1, 2, 3, 6]);
  assert.deepEqual(await lines("^$"), [4, 5]);
  assert.deepEqual(await lines("x*"), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(await lines("foo(?!\\s*bar)"), [1]);
  assert.deepEqual(await lines("(?i)END$"), [6]);
});

Deno.test("grep reads CRLF, BOM, UTF-16 and broken UTF-8", async () => {
  await using bench = await openBench({
    "crlf": "\ufeffa\r\nab\r\nlast\r",
    "lone": "a\rb\u2028c\n",
  });
  await Deno.writeFile(`${bench.root}/utf16`, new Uint8Array([0xff, 0xfe, 0x61, 0, 0x62, 0]));
  await Deno.writeFile(`${bench.root}/broken`, new Uint8Array([0xff, 0x61, 0x0a, 0x61, 0x62]));
  const found = async (pattern: string) => (await bench.run(grep, { pattern })).text.split("\n");
  assert.deepEqual(await found("^a$"), ["crlf:1: a"]);
  assert.deepEqual(await found("last$"), ["crlf:3: last"]);
  assert.deepEqual(await found("^ab$"), ["broken:2: ab", "crlf:2: ab", "utf16:1: ab"]);
  assert.deepEqual(await found("^b|b$"), ["broken:2: ab", "crlf:2: ab", "utf16:1: ab"]);
  assert.deepEqual(await found("a.b.c"), ["lone:1: a\rb\u2028c"]);
});

Deno.test("grep skips binary and large files, and counts them", async () => {
  await using bench = await openBench({ "big.txt": `needle\n${"x".repeat(1_000_001)}` });
  await Deno.writeFile(`${bench.root}/bin`, new TextEncoder().encode("needle\0needle"));
  const late = new TextEncoder().encode(`needle\n${"x".repeat(9_000)}\0`);
  await Deno.writeFile(`${bench.root}/late`, late);
  const { data } = await bench.run(grep, { pattern: "needle" });
  assert.deepEqual(data.matches.map((match: { path: string }) => match.path), ["late"]);
  assert.deepEqual(data.skipped, { binary: 1, large: 1, unreadable: 0 });
  assert.equal((await bench.run(grep, { pattern: "needle", file: "big.txt" })).data.files, 1);
  assert.match(
    (await bench.run(grep, { pattern: "needle", file: "bin" })).text,
    /^no matches: the file is binary$/,
  );
});

Deno.test("grep searches only the file or folder that is named, even when it is ignored", async () => {
  await using bench = await openBench({
    ".gitignore": "gen\n",
    "gen/a.ts": "needle",
    "gen/node_modules/b.ts": "needle",
    "c.ts": "needle",
  });
  const paths = async (call: Record<string, unknown>) =>
    (await bench.run(grep, { pattern: "needle", ...call })).data.matches
      .map((match: { path: string }) => match.path);
  assert.deepEqual(await paths({}), ["c.ts"]);
  assert.deepEqual(await paths({ file: "gen" }), ["gen/a.ts"]);
  assert.deepEqual(await paths({ file: "gen/a.ts" }), ["gen/a.ts"]);
  assert.deepEqual(await paths({ ignore: false }), ["c.ts", "gen/a.ts", "gen/node_modules/b.ts"]);
  assert.deepEqual(await paths({ ignore: false, glob: ["gen"], exclude: ["b.*"] }), ["gen/a.ts"]);
});

Deno.test("grep never shows what the path guard denies", async () => {
  await using bench = await openBench({ ".env": "KEY=needle", "a/.env.local": "needle" });
  const { text } = await bench.run(grep, { pattern: "needle", hidden: true, ignore: false });
  assert.equal(text, "no matches");
  await assert.rejects(bench.run(grep, { pattern: "needle", file: ".env" }), { kind: "refused" });
  await assert.rejects(bench.run(grep, { pattern: "needle", file: "../x" }), { kind: "refused" });
});

Deno.test("grep searches a 100 MB line, and large files piece by piece", async () => {
  await using bench = await openBench();
  const line = new Uint8Array(100_000_000).fill(0x61);
  new TextEncoder().encodeInto("needle", line.subarray(4 * 1024 * 1024 - 3));
  await Deno.writeFile(`${bench.root}/line`, line);
  const { data } = await bench.run(grep, { pattern: "needle", file: "line" });
  assert.equal(data.matches.length, 1);
  assert.match(data.matches[0].text, /^\u2026a+needlea+/);
  const everywhere = await bench.run(grep, { pattern: "a", file: "line" });
  assert.equal(everywhere.data.matches.length, 1);

  const rows = Array.from({ length: 300_000 }, (_, i) => `row ${i + 1} ${"x".repeat(i % 60)}`);
  await Deno.writeTextFile(`${bench.root}/rows`, rows.join("\r\n"));
  const call = { pattern: "row \\d*00000 ?", file: "rows", context: 2 };
  const { text } = await bench.run(grep, call);
  assert.deepEqual(text.split("\n").map((line) => line.split(" x")[0]!.trimEnd()), [
    ...[1, 2, 3].flatMap((n) => [
      ...(n > 1 ? ["--"] : []),
      ...[-2, -1].map((d) => `rows-${n * 100_000 + d}- row ${n * 100_000 + d}`),
      `rows:${n}00000: row ${n}00000`,
      ...(n < 3 ? [1, 2].map((d) => `rows-${n * 100_000 + d}- row ${n * 100_000 + d}`) : []),
    ]),
  ]);
  const all = await bench.run(grep, { pattern: "^row \\d+", file: "rows", limit: 100_000 });
  assert.ok(
    all.data.matches.every((match: { line: number; text: string }, i: number) =>
      match.line === i + 1 && match.text.startsWith(`row ${i + 1} `)
    ),
  );
});

Deno.test("grep shows a line of many pieces once, and counts the lines behind it", async () => {
  const long = "needle ".repeat(2_000_000);
  await using bench = await openBench({ rows: `first\n${long}\nneedle\nlast\n` });
  for (const context of [0, 1, 5]) {
    const { data, text } = await bench.run(grep, { pattern: "needle", file: "rows", context });
    assert.deepEqual(data.matches.map(({ line }: { line: number }) => line), [2, 3]);
    assert.equal(text.split("\n").length, context === 0 ? 2 : 4, text.slice(0, 2_000));
    assert.match(text, /rows:3: needle/);
  }
});

Deno.test("grep searches in workers in a process that may only read the workspace", async () => {
  await using bench = await openBench({ "a.txt": "needle\nneeedle\n" });
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--cached-only", "--no-lock", "--no-check"].concat([
      `--config=${fileURLToPath(import.meta.resolve("../../deno.json"))}`,
      `--allow-read=${bench.root}`,
      fileURLToPath(import.meta.resolve("./_grep_child.ts")),
      bench.root,
    ]),
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode('"ne+dle"\n'));
  await input.close();
  const { code, stdout } = await child.output();
  assert.equal(code, 0);
  assert.equal(JSON.parse(new TextDecoder().decode(stdout)).matches, 2);
});

const spec = (pattern: string): ScanSpec => ({
  ...compilePattern(pattern),
  context: 0,
  limit: 500,
  maxFileBytes: 1e6,
});

async function* entries(...paths: string[]) {
  await Promise.resolve();
  yield paths.map((path) => ({ path }));
}

Deno.test("searchFiles() gives up on a regex that explodes, and names the file", async () => {
  await using bench = await openBench({ "ok.txt": "x", "bad.txt": "a".repeat(40) });
  const { linear, ...rest } = { ...spec("x"), ...compilePattern("(a+)+b") };
  assert.equal(linear, false);
  const started = performance.now();
  await assert.rejects(
    searchFiles(entries("ok.txt", "bad.txt"), rest, {
      root: bench.root,
      linear,
      signal: new AbortController().signal,
      fileTimeoutMs: 300,
    }),
    { kind: "failed", message: "gave up after 0.3 s in bad.txt" },
  );
  assert.ok(performance.now() - started < 3_000);
});

Deno.test("searchFiles() stops a search that explodes when its signal fires", async () => {
  await using bench = await openBench({ "bad.txt": "a".repeat(40) });
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 100);
  await assert.rejects(
    searchFiles(entries("bad.txt"), spec("(a|aa)+$b"), {
      root: bench.root,
      linear: false,
      signal: abort.signal,
    }),
    { kind: "aborted" },
  );
});

Deno.test("searchFiles() finds the same with workers as without, also up to a limit", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 1_100 }, (_, i) => [`f${1000 + i}`, i % 9 === 0 ? "a\nneedle\n" : "b\n"]),
  );
  await using bench = await openBench(files);
  const run = (limit: number, linear: boolean, pattern = "needle") =>
    searchFiles(bench.ctx.files.walk(), { ...spec(pattern), limit }, {
      root: bench.root,
      linear,
      signal: new AbortController().signal,
    });
  const alone = await run(500, true);
  assert.equal(alone.found.length, 123);
  assert.equal(alone.searched, 1_100);
  const limited = await run(10, true);
  assert.equal(limited.searched, 3 * JOB_FILES);

  assert.deepEqual(await run(500, false), alone);
  assert.equal(idleWorkers(), 1);
  // From here on the worker that is kept and this thread share the files.
  for (let round = 0; round < 5; round++) {
    assert.deepEqual(await run(500, true), alone);
    const { found } = await run(10, true);
    assert.deepEqual(found.slice(0, 11), limited.found.slice(0, 11));
  }
  endWorkers();
  assert.equal(idleWorkers(), 0);
});
