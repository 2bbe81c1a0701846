import assert from "node:assert/strict";
import { buildApplication, run } from "@stricli/core";
import fc from "fast-check";
import { z } from "zod";
import { UserError } from "../core/errors.ts";
import { catalog } from "../skills/catalog.ts";
import { splitLine } from "./repl/split_line.ts";
import { searchEntry, testEntry } from "./flags/_test_entry.ts";
import {
  applicationConfig,
  commandFor,
  exitCodeOf,
  helpFor,
  normalizeArgv,
  parseToolWords,
} from "./flags.ts";

const parse = (...words: string[]) => parseToolWords(searchEntry, words);

async function usageOf(...words: string[]): Promise<string> {
  try {
    await parse(...words);
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.exitCode, 2);
    return error.line;
  }
  assert.fail(`${words.join(" ")} was accepted`);
}

Deno.test("parseToolWords() gives only the keys that were given", async () => {
  assert.deepEqual(await parse("x"), { pattern: "x" });
  assert.deepEqual(await parse("x", "a", "b"), { pattern: "x", paths: ["a", "b"] });
});

Deno.test("parseToolWords() takes - and _ and camel case alike", async () => {
  const expected = { pattern: "x", ignore_case: true, min_score: 0.5, replaceAll: true };
  assert.deepEqual(
    await parse("x", "--ignore-case", "--min-score", "0.5", "--replace-all"),
    expected,
  );
  assert.deepEqual(
    await parse("x", "--ignore_case", "--min_score=0.5", "--replaceAll"),
    expected,
  );
});

Deno.test("parseToolWords() leaves underscores and dashes in values alone", async () => {
  assert.deepEqual(await parse("a_b", "--glob", "x_y", "--glob=p-q_r"), {
    pattern: "a_b",
    glob: ["x_y", "p-q_r"],
  });
  assert.deepEqual(await parse("x", "--query=--min_score"), { pattern: "x", query: "--min_score" });
});

Deno.test("parseToolWords() switches booleans on and off", async () => {
  assert.deepEqual(await parse("x", "--no-smart"), { pattern: "x", smart: false });
  assert.deepEqual(await parse("x", "--no_ignore_case"), { pattern: "x", ignore_case: false });
  assert.deepEqual(await parse("x", "--smart=false"), { pattern: "x", smart: false });
  assert.deepEqual(await parse("--smart", "x"), { pattern: "x", smart: true });
});

Deno.test("parseToolWords() takes one-letter flags in all their forms", async () => {
  assert.deepEqual(await parse("x", "--k", "7"), { pattern: "x", k: 7 });
  assert.deepEqual(await parse("x", "--k=7"), { pattern: "x", k: 7 });
  assert.deepEqual(await parse("x", "-k", "7"), { pattern: "x", k: 7 });
  assert.deepEqual(await parse("x", "-c3"), { pattern: "x", context: 3 });
  assert.deepEqual(await parse("x", "-ig*.rs"), {
    pattern: "x",
    ignore_case: true,
    glob: ["*.rs"],
  });
  assert.deepEqual(await parse("x", "-ic", "2"), { pattern: "x", ignore_case: true, context: 2 });
  assert.deepEqual(await parse("x", "--q", "why"), { pattern: "x", query: "why" });
});

Deno.test("parseToolWords() takes negative numbers and values that start with a dash", async () => {
  assert.deepEqual(await parse("x", "-c", "-3"), { pattern: "x", context: -3 });
  assert.deepEqual(await parse("->"), { pattern: "->" });
  assert.deepEqual(await parse("x", "--query", "-wip"), { pattern: "x", query: "-wip" });
});

Deno.test("parseToolWords() takes empty values and values with line breaks", async () => {
  assert.deepEqual(await parse("x", "--query="), { pattern: "x", query: "" });
  assert.deepEqual(await parse("x", "--query=a\n-b\n"), { pattern: "x", query: "a\n-b\n" });
  assert.deepEqual(await parse(""), { pattern: "" });
});

Deno.test("parseToolWords() treats nothing behind -- as a flag", async () => {
  assert.deepEqual(await parse("--", "--no-smart", "--a_b"), {
    pattern: "--no-smart",
    paths: ["--a_b"],
  });
});

Deno.test("parseToolWords() lets a flag stand for a word", async () => {
  assert.deepEqual(await parse("--pattern", "x", "a", "b"), { pattern: "x", paths: ["a", "b"] });
  assert.deepEqual(await parse("--paths", "a", "x"), { pattern: "x", paths: ["a"] });
});

Deno.test("parseToolWords() reads JSON for nested fields", async () => {
  const edit = { old: "a", new: "b" };
  const text = JSON.stringify(edit);
  assert.deepEqual((await parse("x", "--edits", `[${text}]`)).edits, [edit]);
  assert.deepEqual((await parse("x", "--edits", text, "--edits", text)).edits, [edit, edit]);
  assert.deepEqual((await parse("x", "--where", '{"lang":"ts"}')).where, { lang: "ts" });
  assert.match(await usageOf("x", "--edits", "[{"), /"\[\{" does not fit --edits, expected JSON/);
});

Deno.test("parseToolWords() names what is wrong in one line", async () => {
  assert.match(await usageOf("x", "--rankre", "a"), /--rankre, did you mean --ranker\?/);
  assert.match(
    await usageOf("x", "--ranker", "bm52"),
    /"bm52".*bm25, tfidf.*did you mean bm25\? see "help search"$/,
  );
  assert.match(await usageOf("x", "--k", "many"), /"many" does not fit --k, expected a whole/);
  assert.match(await usageOf("x", "--k", "1.5"), /"1.5" does not fit --k/);
  assert.match(await usageOf("x", "--min-score", "NaN"), /"NaN" does not fit --min-score/);
  assert.match(await usageOf("x", "--min-score="), /does not fit --min-score/);
  assert.match(await usageOf(), /search needs <pattern>: see "help search"/);
  assert.match(await usageOf("x", "--query"), /--query needs a value/);
  assert.match(await usageOf("x", "--query", "--no-smart"), /--query needs a value/);
  assert.match(await usageOf("x", "-z"), /-z/);
  for (const words of [["x", "--rankre"], ["x", "--k", "m", "--min-score", "m"]]) {
    assert.doesNotMatch(await usageOf(...words), /\n|\bat /);
  }
});

Deno.test("parseToolWords() refuses a word too many", async () => {
  const entry = testEntry("cat", z.object({ path: z.string() }), { positional: ["path"] });
  await assert.rejects(parseToolWords(entry, ["a", "b"]), {
    message: 'it takes at most 1 word, "b" is one too many: see "help cat"',
  });
  await assert.rejects(parseToolWords(entry, ["--path", "a", "b"]), /no further word.*"b"/);
  const none = testEntry("git_status", z.object({}));
  assert.deepEqual(await parseToolWords(none, []), {});
  await assert.rejects(parseToolWords(none, ["b"]), /no words, "b" is one too many/);
});

Deno.test("parseToolWords() parses number words", async () => {
  const entry = testEntry("feedback", z.object({ score: z.number() }), { positional: ["score"] });
  assert.deepEqual(await parseToolWords(entry, ["7"]), { score: 7 });
  await assert.rejects(parseToolWords(entry, ["good"]), /"good" does not fit <score>/);
});

Deno.test("parseToolWords() gives back any value it was given", async () => {
  await fc.assert(fc.asyncProperty(
    fc.string({ unit: "grapheme" }),
    fc.array(fc.string()),
    async (query, glob) => {
      const words = [`--query=${query}`, ...glob.map((one) => `--glob=${one}`), "--", "x"];
      assert.deepEqual(await parse(...words), {
        pattern: "x",
        query,
        ...(glob.length > 0 ? { glob } : {}),
      });
    },
  ));
});

Deno.test("normalizeArgv() is idempotent", () => {
  fc.assert(fc.property(
    fc.array(fc.oneof(
      fc.constantFrom(
        "--k",
        "-c3",
        "--no-smart",
        "--q=a",
        "-ig",
        "--edits",
        "--",
        "--chunk_x",
        "x",
      ),
      fc.string(),
    )),
    (argv) => {
      const once = normalizeArgv(argv, searchEntry);
      assert.deepEqual(normalizeArgv(once, searchEntry), once);
    },
  ));
});

Deno.test("normalizeArgv() gives flags of other owners their dashes only", () => {
  assert.deepEqual(
    normalizeArgv(["--base_url", "http://a_b", "--no_plain", "--Max_Steps=1_0"], searchEntry),
    ["--base-url", "http://a_b", "--no-plain", "--max-steps=1_0"],
  );
});

Deno.test("commandFor() serves a stricli application with the same rules", async () => {
  const seen: unknown[] = [];
  const command = commandFor(searchEntry, (_, input, extra) => void seen.push(input, extra), {
    flags: { plain: { kind: "boolean", optional: true, brief: "no colour" } },
    program: "dspy-code",
  });
  const outcome = async (...argv: string[]) => {
    const process = {
      out: "",
      err: "",
      exitCode: null as number | string | null,
      stdout: { write: (text: string) => void (process.out += text) },
      stderr: { write: (text: string) => void (process.err += text) },
    };
    const app = buildApplication(command, applicationConfig("dspy-code"));
    await run(app, normalizeArgv(argv, searchEntry), { process });
    return { ...process, code: exitCodeOf(process.exitCode) };
  };
  assert.equal((await outcome("x", "--plain", "-k3")).code, 0);
  assert.deepEqual(seen, [{ pattern: "x", k: 3 }, { plain: true }]);
  const unknown = await outcome("x", "--rankre", "bm25");
  assert.equal(unknown.code, 2);
  assert.match(unknown.err, /did you mean --ranker/);
  const missing = await outcome();
  assert.equal(missing.code, 2);
  assert.equal(missing.err, 'search needs <pattern>: see "dspy-code help search"\n');
  const help = await outcome("--help");
  assert.equal(help.code, 0);
  assert.equal(help.out, `${helpFor(searchEntry, { program: "dspy-code" })}\n`);
});

Deno.test("exitCodeOf() maps stricli's codes", () => {
  assert.deepEqual([0, undefined, 1, 127, -1, -2, -4, -5, -10, "1"].map(exitCodeOf), [
    0,
    0,
    1,
    127,
    1,
    1,
    2,
    2,
    1,
    1,
  ]);
});

Deno.test("helpFor() shows words, flags, defaults and examples", () => {
  const help = helpFor(searchEntry, { program: "dspy-code" });
  assert.match(help, /^ {2}dspy-code search <pattern> \[<paths>\.\.\.\] \[flags\]$/m);
  assert.match(help, /-k, --k <n> +how many hits \(default 5\)/);
  assert.match(help, /-i, --\[no-\]ignore-case +ignore case$/m);
  assert.match(help, /--\[no-\]smart +chunk by symbol \(default true\)/);
  assert.match(help, /--ranker <bm25\|tfidf> +how hits are ranked \(default "bm25"\)/);
  assert.match(help, /dspy-code search "fn main" -g "\*\.rs" +finds Rust entry points/);
});

Deno.test("every tool of the catalog makes a command, and its examples parse", async () => {
  for (const entry of catalog) {
    commandFor(entry, () => {});
    for (const { line } of entry.examples) {
      const [command] = splitLine(line);
      const [verb, ...words] = command!.words;
      const names = [entry.name, ...entry.aliases];
      assert.ok(names.includes(verb!.replaceAll("-", "_")), `${entry.name}: ${line}`);
      await parseToolWords(entry, words).catch((error) => assert.fail(`${line}: ${error}`));
    }
  }
});

const passEntry = testEntry("pass", z.strictObject({ command: z.array(z.string()).min(1) }), {
  positional: ["command"],
  verbatim: true,
});

Deno.test("parseToolWords() gives a program that is named all behind it, with or without --", async () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["npm run build --silent", ["npm", "run", "build", "--silent"]],
    ["-- npm run build --silent", ["npm", "run", "build", "--silent"]],
    ["git log --oneline -5 -- src", ["git", "log", "--oneline", "-5", "--", "src"]],
    ["npm --command x --no-command", ["npm", "--command", "x", "--no-command"]],
    ["npm --help -h", ["npm", "--help", "-h"]],
    ["--command npm --command=-x", ["npm", "-x"]],
  ];
  for (const [line, command] of cases) {
    assert.deepEqual(await parseToolWords(passEntry, line.split(" ")), { command }, line);
  }
});

Deno.test("helpFor() puts the flags of such a tool before the program and says why", () => {
  const lines = helpFor(passEntry).split("\n");
  assert.ok(lines.includes("  pass [flags] <command>..."), lines.join("\n"));
  assert.ok(lines.includes("  All that stands behind the first word belongs to it, flags too."));
});
