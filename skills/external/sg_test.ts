import assert from "node:assert/strict";
import { chmod, link } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../core/errors.ts";
import { findProgram } from "../../core/safety/find_program.ts";
import { inputOf, openBench, skip } from "../_testing.ts";
import sg from "./sg.ts";

/** A PATH with the real ast-grep: the machine's, else one from npm; undefined when out of reach. */
async function withAstGrep(folder: string): Promise<string | undefined> {
  const PATH = Deno.env.get("PATH")!;
  if (await findProgram("ast-grep", PATH, folder).catch(() => undefined)) return PATH;
  const { success } = await new Deno.Command("npm", {
    args: ["install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, "@ast-grep/cli@0"],
    cwd: folder,
    stdout: "null",
    stderr: "null",
    signal: AbortSignal.timeout(60_000),
  }).output().catch(() => ({ success: false }));
  return success ? `${join(folder, "node_modules/.bin")}:${PATH}` : undefined;
}

Deno.test("sg says how to get ast-grep where there is none, and does not take another sg for it", async () => {
  await using programs = await openBench({ "sg": "#!/bin/sh\necho 'Usage: sg group'\nexit 1\n" });
  await chmod(join(programs.root, "sg"), 0o755);
  for (const PATH of ["/nonexistent", programs.root]) {
    await using bench = await openBench({ "a.js": "f(1)" }, { env: { PATH } });
    await assert.rejects(
      bench.run(sg, { pattern: "f($A)", lang: "js" }),
      (error) =>
        error instanceof UserError && error.exitCode === 127 &&
        error.line === "ast-grep not found: npm i -g @ast-grep/cli",
    );
  }
});

Deno.test("sg wants either a pattern or a rule, and a language that is no option", async () => {
  await using bench = await openBench({ "a.js": "" });
  for (const input of [{}, { pattern: "a", rule: "a.js" }]) {
    await assert.rejects(
      bench.run(sg, input),
      (error) => error instanceof UserError && error.exitCode === 2,
    );
  }
  assert.throws(() => inputOf(sg, { pattern: "a", lang: "--update-all" }));
  const { args } = await sg.commands!.search!.argv(
    { pattern: "-U", path: "-x", lang: "js" },
    { root: bench.root, scratch: bench.root, env: {} },
  );
  assert.deepEqual(args.slice(2), ["--pattern=-U", "--lang=js", "--json=stream", "--", "./-x"]);
});

Deno.test("sg finds code by pattern and by rule with the real ast-grep", async () => {
  await using programs = await openBench();
  const PATH = await withAstGrep(programs.root);
  if (PATH === undefined) {
    return skip("sg", "@ast-grep/cli is neither installed nor to be had from npm");
  }
  await using bench = await openBench({
    "a.js": "log(1);\nx = log(a,\n  b);\n",
    "sub/b.js": "log();\n",
    "rule.yml": "id: no-log\nlanguage: JavaScript\nseverity: error\nmessage: no logging\n" +
      "rule:\n  pattern: log($$$A)\n",
    // Native code of the project: must not even be looked for.
    "sgconfig.yml": "customLanguages:\n  evil:\n    libraryPath: ./evil.so\n    extensions: [ev]\n",
  }, { env: { PATH } });
  const { data, text } = await bench.run(sg, { pattern: "log($$$A)", lang: "js" });
  data.sort((a: { path: string; line: number }, b: { path: string; line: number }) =>
    a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line
  );
  assert.deepEqual(
    data.map((m: Record<string, unknown>) => [m.path, m.line, m.column, m.endLine]),
    [["a.js", 1, 1, 1], ["a.js", 2, 5, 3], ["sub/b.js", 1, 1, 1]],
  );
  assert.match(text, /^a\.js:2: log\(a, \.\.\. \(2 lines\)$/m);
  const inSub = await bench.run(sg, { rule: "rule.yml", root: "sub" });
  assert.equal(inSub.text, "sub/b.js:1: no-log: log()");
  const none = await bench.run(sg, { pattern: "nope($A)", lang: "js" });
  assert.deepEqual([none.ok, none.text], [false, "no matches"]);
  await assert.rejects(bench.run(sg, { pattern: "a", lang: "klingon" }), UserError);
  await assert.rejects(bench.run(sg, { pattern: "a", lang: "js", root: "../x" }), UserError);
});

Deno.test("sg leaves out matches in denied files", async () => {
  const line = (file: string) =>
    JSON.stringify({
      text: `SECRET of ${file}`,
      file,
      range: { start: { line: 0, column: 0 }, end: { line: 0 } },
    });
  const lines = ["a.js", "./.env.js", "keys/id_rsa.js", "hard.js"].map(line).join("\n");
  await using programs = await openBench({
    "ast-grep": `#!/bin/sh\ncat <<'END'\n${lines}\nEND\n`,
  });
  await chmod(join(programs.root, "ast-grep"), 0o755);
  const PATH = `${programs.root}:${Deno.env.get("PATH")}`;
  const files = { "a.js": "", ".env.js": "", "keys/id_rsa.js": "" };
  await using bench = await openBench(files, { env: { PATH } });
  await link(join(bench.root, ".env.js"), join(bench.root, "hard.js"));
  const { data, text } = await bench.run(sg, { pattern: "f($A)", lang: "js" });
  assert.deepEqual(data.map((match: { path: string }) => match.path), ["a.js"]);
  assert.equal(text, "a.js:1: SECRET of a.js\n(3 denied files left out)");
});
