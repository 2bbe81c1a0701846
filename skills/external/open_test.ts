import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../core/errors.ts";
import { openBench } from "../_testing.ts";
import { editorArgv } from "./_editor_argv.ts";
import { splitPlace } from "./_split_place.ts";
import open from "./open.ts";

Deno.test("splitPlace() finds line and column, and leaves drive letters alone", () => {
  assert.deepEqual(splitPlace("src/a.ts"), { path: "src/a.ts" });
  assert.deepEqual(splitPlace("src/a.ts:12"), { path: "src/a.ts", line: 12 });
  assert.deepEqual(splitPlace("src/a.ts:12:3"), { path: "src/a.ts", line: 12, column: 3 });
  assert.deepEqual(splitPlace(String.raw`C:\x.ts:3`), { path: String.raw`C:\x.ts`, line: 3 });
  assert.deepEqual(splitPlace(String.raw`C:\x.ts`), { path: String.raw`C:\x.ts` });
  assert.deepEqual(splitPlace("a.ts:0"), { path: "a.ts:0" });
});

const FORMS: [string, string[], boolean][] = [
  ["code", ["-g", "FILE:7:3"], false],
  ["subl", ["FILE:7:3"], false],
  ["vim", ["+7", "FILE"], true],
  ["nvim", ["+7", "FILE"], true],
  ["emacs", ["+7:3", "FILE"], true],
  ["idea", ["--line", "7", "FILE"], false],
];

for (const [name, args, interactive] of FORMS) {
  Deno.test(`editorArgv() speaks the language of ${name}`, async () => {
    await using programs = await openBench({ [name]: "#!/bin/sh\n", "-x.ts": "" });
    await chmod(join(programs.root, name), 0o755);
    const env = {
      PATH: programs.root,
      EDITOR: `/usr/bin/${name} --wait`,
      DISPLAY: ":0",
      SECRET: "s",
    };
    const argv = await editorArgv({ path: "-x.ts", line: 7, column: 3 }, "/ws", env, "linux");
    assert.equal(argv.program, name);
    assert.deepEqual(argv.args, args.map((arg) => arg.replace("FILE", "/ws/-x.ts")));
    assert.equal(argv.interactive ?? false, interactive);
    assert.deepEqual(argv.env, { DISPLAY: ":0" });
  });
}

Deno.test("editorArgv() takes an unknown EDITOR, then the desktop's opener, else says what to do", async () => {
  await using programs = await openBench({ "ed2": "#!/bin/sh\n", "xdg-open": "#!/bin/sh\n" });
  await chmod(join(programs.root, "ed2"), 0o755);
  const env = { PATH: programs.root };
  const own = await editorArgv({ path: "a", line: 2 }, "/ws", { ...env, VISUAL: "ed2" }, "linux");
  assert.deepEqual([own.program, own.args, own.interactive], ["ed2", ["/ws/a"], true]);
  await assert.rejects(
    editorArgv({ path: "a" }, "/ws", env, "linux"),
    (error) => error instanceof UserError && error.exitCode === 127 && /EDITOR/.test(error.line),
  );
  await chmod(join(programs.root, "xdg-open"), 0o755);
  const opener = await editorArgv({ path: "a", line: 2 }, "/ws", env, "linux");
  assert.deepEqual([opener.program, opener.args, opener.interactive], [
    "xdg-open",
    ["/ws/a"],
    undefined,
  ]);
});

Deno.test("open starts the editor on a file of the workspace only", async () => {
  await using programs = await openBench({
    "code": '#!/bin/sh\nprintf "%s|" "$@" > "$HOME/seen"\n',
  });
  await chmod(join(programs.root, "code"), 0o755);
  await using bench = await openBench({ "a.ts": "", "odd:1": "" });
  const before = Object.fromEntries(
    ["PATH", "HOME", "EDITOR", "VISUAL"].map((name) => [name, Deno.env.get(name)]),
  );
  try {
    Deno.env.set("PATH", `${programs.root}:${before.PATH}`);
    Deno.env.set("HOME", programs.root);
    Deno.env.set("EDITOR", "code");
    Deno.env.delete("VISUAL");
    const { text } = await bench.run(open, { path: "a.ts:4:2" });
    assert.equal(text, "opened a.ts with code");
    const seen = () => Deno.readTextFile(join(programs.root, "seen"));
    assert.equal(await seen(), `-g|${bench.root}/a.ts:4:2|`);
    await bench.run(open, { path: "odd:1" });
    assert.equal(await seen(), `-g|${bench.root}/odd:1|`);
    await assert.rejects(bench.run(open, { path: "/etc/passwd:1" }), UserError);
    await assert.rejects(bench.run(open, { path: "nope.ts" }), UserError);
  } finally {
    for (const [name, value] of Object.entries(before)) {
      value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
    }
  }
});
