import assert from "node:assert/strict";
import { UserError } from "../../core/errors.ts";
import codectx from "./codectx.ts";
import { SAMPLES } from "./_test_samples.ts";
import { testContext } from "./_test_context.ts";

const FILES = Object.fromEntries(Object.values(SAMPLES).map(({ path, text }) => [path, text]));

async function look(files: Readonly<Record<string, string | Uint8Array>>, path = ".") {
  await using test = await testContext(files);
  const { text, data } = await codectx.run({ path, useLm: false }, test.ctx);
  return { text, ...data, summary: Object.fromEntries(data.summary) };
}

Deno.test("codectx of a folder tells what is worth knowing, then shows the files", async () => {
  const { text, summary, snapshot } = await look({
    ...FILES,
    "README.md": "# Acme\n\n[![badge](x)](y)\n\nRuns **agents** over `snake_case` [files](z).\n",
    "tests/agent_test.py": "def test_run(): pass\n",
    "package.json": '{"scripts": {"prepare": "true", "start": "node lib/server.js"}}',
  });
  assert.equal(summary.about, "Acme. Runs agents over snake_case files.");
  assert.equal(summary.files, "10, 10 of them read");
  assert.equal(summary.languages, "Python 2, TypeScript 2, Go 1, Java 1, JavaScript 1, Rust 1");
  assert.equal(summary["start at"], "cmd/main.go, lib/server.js, src/app.tsx, src/lib.rs");
  assert.match(
    summary.biggest!,
    /^class Agent pkg\/agent\.py:10 \(11 lines\), class Agent src\/main/,
  );
  assert.match(summary.imports!, /\bos 1\b/);
  assert.doesNotMatch(summary.imports!, /\.\/plan/);
  assert.equal(summary.tests, "tests 1");
  assert.match(summary.commands!, /`npm run start`, `npm run prepare`/);
  assert.match(text, /^about {6}Acme/);
  assert.match(snapshot, /^===== DIRECTORY \. \(10 files sampled\) =====\n\n--- /);
  assert.match(snapshot, /--- pkg\/agent\.py ---\nOutline:\nL10: class Agent\nL13: def __init__\n/);
});

Deno.test("codectx of a file shows its outline and its text, of a long one head and tail", async () => {
  const short = await look(FILES, "pkg/agent.py");
  assert.equal(
    short.snapshot,
    "===== FILE pkg/agent.py =====\n-- Outline --\nL10: class Agent\nL13: def __init__\n" +
      `L17: def run\nL23: def double\n-- Text --\n${SAMPLES.python.text.trimEnd()}`,
  );
  assert.deepEqual(short.summary, { file: "pkg/agent.py, 23 lines", imports: "., os" });

  const long = await look({ "a.txt": `first\n${"x".repeat(40_000)}\nlast` }, "a.txt");
  assert.ok(long.snapshot.length < 21_000);
  assert.match(long.snapshot, /first\nx+\n\.\.\. \(19531 characters left out\) \.\.\.\nx+\nlast$/);
  assert.equal(long.text.length, 8_000);
  assert.match(long.text, /\(cut: ask for one file or folder with --path\)$/);
});

Deno.test("codectx labels an outline that was made without a grammar", async () => {
  const { snapshot } = await look({ "lib/tool.rb": "class Tool\n  def run!\n  end\nend\n" });
  assert.match(snapshot, /Outline: \(by line patterns.*\)\nL1: class Tool\nL2: function run!\n/);
});

Deno.test("codectx looks only below the path it was given", async () => {
  const { path, snapshot, summary } = await look(FILES, "./src");
  assert.equal(path, "src");
  assert.match(snapshot, /^===== DIRECTORY src \(4 files sampled\) =====/);
  assert.doesNotMatch(snapshot, /pkg\/agent\.py|lib\/server\.js/);
  assert.match(summary.modules!, /^src 3, src\/main\/java\/org 1$/);
});

Deno.test("codectx samples every folder of a large tree and passes over what is no text", async () => {
  const many = Object.fromEntries(
    Array.from({ length: 3_000 }, (_, i) => [`big/f${i}.ts`, `export const f${i} = () => ${i};\n`]),
  );
  const { snapshot, summary, text } = await look({
    ...many,
    "a_small/one.py": "def one(): pass\n",
    "a_small/deep/two.go": "package deep\n",
    "bad/binary.ts": new Uint8Array([1, 0, 2, 0]),
    "bad/latin1.ts": new Uint8Array([0x2f, 0x2f, 0xe4, 0x0a, 0xff, 0xfe]),
    "bad/huge.ts": "x".repeat(300_000),
    "long.ts": "let a;\n".repeat(500),
  });
  assert.equal(summary.files, "3006, 50 of them read");
  for (const path of ["a_small/one.py", "a_small/deep/two.go", "bad/latin1.ts", "big/f0.ts"]) {
    assert.ok(snapshot.includes(`--- ${path} ---`), path);
  }
  assert.doesNotMatch(snapshot, /--- bad\/(binary|huge)\.ts ---/);
  assert.match(snapshot, /let a;\n\.\.\. \(301 more lines\)/);
  assert.ok(text.length <= 8_000);
});

Deno.test("codectx of an empty folder or a missing path says so", async () => {
  const { text, summary } = await look({});
  assert.equal(summary.files, "0, 0 of them read");
  assert.match(text, /DIRECTORY \. \(0 files sampled\)/);
  await assert.rejects(
    look({}, "none"),
    (error) => error instanceof UserError && error.kind === "failed" && /none/.test(error.line),
  );
});

Deno.test("codectx takes from a README what it says first, whatever its markup", async () => {
  const about = async (name: string, text: string) => {
    await using test = await testContext({ [name]: text, "a.py": "x = 1\n" });
    const { data } = await codectx.run({ path: ".", useLm: false }, test.ctx);
    return data.summary.find(([topic]) => topic === "about")?.[1];
  };
  const code = "```js\nimport a from 'a-long-enough-name'\n```\n\n";
  assert.equal(
    await about(
      "Readme.md",
      `${code}**Fast, small framework for Node.**\n\n* a list of things here\n`,
    ),
    "Fast, small framework for Node.",
  );
  assert.equal(
    await about(
      "README.rst",
      "Tool\n====\n\nInstalling the tool now\n-----------------------\n\n" +
        "Tool makes interfaces in a composable way.\n",
    ),
    "Tool. Tool makes interfaces in a composable way.",
  );
});

Deno.test("codectx is proposed for an explanation, not for a change", async () => {
  const { parseRequest } = await import("../../core/agent/request.ts");
  const weight = (text: string) => codectx.propose?.(parseRequest(text), [])?.weight ?? 0;
  assert.ok(weight("explain the architecture") > 0.9);
  assert.ok(weight("what is it doing?") > 0.9);
  assert.equal(weight("rename the overview page"), 0);
  assert.equal(weight("find the tests"), 0);
});
