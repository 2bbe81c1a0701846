import assert from "node:assert/strict";
import { link, symlink } from "node:fs/promises";
import { join } from "node:path";
import { inputOf, openBench } from "../_testing.ts";
import { openSession } from "../open_session.ts";
import edit from "./edit.ts";
import cat from "../files/cat.ts";
import patch from "./patch.ts";
import write from "./write.ts";
import extract from "../code/extract.ts";
import { catalogEntry } from "../../core/catalog_entry.ts";
import { toolSpec } from "../../core/agent/model/tool_specs.ts";
import type { Tool } from "../../core/tool.ts";
import { asAgent, FIVE, PATCH, TEN, tree } from "./_test_tools.ts";

Deno.test("edit replaces in one place and proves it", async () => {
  await using bench = await openBench({ "src/a.ts": "let x = 1;\nlet y = 2;\n" });
  const { ok, data, text } = await bench.run(edit, {
    task: "src/a.ts",
    old: "let x",
    new: "const x",
  });
  assert.ok(ok);
  assert.deepEqual(data.proofs, [{ tier: 1, count: 1, before: [1, 1], after: [1, 1] }]);
  assert.match(
    text,
    /^edited src\/a.ts \(take back with: undo c1\)\n {2}edit 1: exact, line 1 -> line 1/,
  );
  assert.match(text, /all other bytes are the same \(checked\)/);
  assert.match(text, /^-let x = 1;\n\+const x = 1;$/m);
  assert.equal((await tree(bench))["src/a.ts"], "const x = 1;\nlet y = 2;\n");
});

Deno.test("edit takes several edits, all or none", async () => {
  await using bench = await openBench({ f: TEN });
  const ok = [{ old: "number 1\n", new: "1\n" }, { old: "number 9", new: "9" }];
  const bad = [...ok, { old: "missing", new: "x" }];
  await assert.rejects(bench.run(edit, { path: "f", edits: bad }), /nothing was written/);
  assert.equal((await tree(bench)).f, TEN);
  const { data } = await bench.run(edit, { path: "f", edits: ok });
  assert.equal(data.proofs.length, 2);
});

Deno.test("edit of the agent needs the file as it was read, and names the lines that changed", async () => {
  await using bench = await openBench({ f: TEN });
  const wanted = { path: "f", edits: [{ old: "number 5", new: "five" }] };
  await assert.rejects(asAgent(bench, edit, wanted), /"f" was not read in this session/);
  await asAgent(bench, cat, { file: "f" });
  await bench.write({ f: TEN.replace("number 7", "7").replace("number 8", "8") });
  await assert.rejects(asAgent(bench, edit, wanted), {
    message: '"f" changed on disk since you read it (lines 7-8)',
  });
  await asAgent(bench, cat, { file: "f" });
  await asAgent(bench, edit, wanted);
  // What it wrote itself, it knows.
  await asAgent(bench, edit, { path: "f", edits: [{ old: "line five", new: "5" }] });
});

Deno.test("edit of the agent: a part that was read counts, what others have read does not", async () => {
  await using bench = await openBench({ f: TEN, g: TEN });
  const wanted = (path: string) => ({ path, edits: [{ old: "number 5", new: "five" }] });
  await bench.run(cat, { file: "f" });
  await assert.rejects(asAgent(bench, edit, wanted("f")), /"f" was not read in this session/);
  await asAgent({ ...bench, ctx: { ...bench.ctx, session: "another" } }, cat, { file: "f" });
  await assert.rejects(asAgent(bench, edit, wanted("f")), /"f" was not read in this session/);
  await asAgent(bench, cat, { file: "./f", start: 2, end: 3 });
  await asAgent(bench, edit, wanted("f"));
  await asAgent(bench, extract, { file: "g", lines: "1-2" });
  await asAgent(bench, edit, wanted("g"));
  await bench.write({ h: "the user's\n" });
  const out = { file: "g", lines: "1", out: "h" };
  await assert.rejects(asAgent(bench, extract, out), /"h" was not read in this session/);
  for (const lines of ["1", "2"]) await asAgent(bench, extract, { ...out, lines, out: "new" });
});

Deno.test("edit writes exactly what was shown, or nothing", async () => {
  for (const tool of [edit, write, patch]) {
    await using bench = await openBench({ f: TEN });
    const input = inputOf(
      tool,
      tool === edit
        ? { path: "f", old: "line number 5", new: "line five" }
        : tool === write
        ? { path: "f", content: FIVE, force: true }
        : { patch: PATCH },
    );
    const call = { ...bench.ctx };
    const shown = await tool.preview?.(input as never, call);
    await bench.write({ f: TEN.replace("number 9", "nine") });
    await assert.rejects(tool.run(input as never, call), {
      message: '"f" changed while you were asked',
    });
    assert.equal((await tree(bench)).f, TEN.replace("number 9", "nine"));
    await bench.write({ f: TEN });
    const { data } = await tool.run(input as never, call);
    assert.equal((data as { diff: string }).diff, shown);
    assert.equal((await tree(bench)).f, FIVE);
  }
});

Deno.test("edit in a session: what the person approved is written, not what came between", async () => {
  await using bench = await openBench({ f: TEN });
  let meanwhile: string | undefined;
  const session = await openSession(bench.root, {
    interactive: true,
    async approve() {
      if (meanwhile !== undefined) await bench.write({ f: meanwhile });
      return true;
    },
  });
  const edits = [{ old: "line number 5", new: "line five" }];
  const call = (tool: string, input: unknown) => session.call(tool, input, { origin: "agent" });
  assert.match((await call("edit", { path: "f", edits })).text, /not read in this session/);
  await call("cat", { file: "f", start: 1, end: 2 });
  meanwhile = TEN.replace("number 9", "nine");
  assert.match((await call("edit", { path: "f", edits })).text, /changed while you were asked/);
  assert.equal((await tree(bench)).f, meanwhile);
  meanwhile = undefined;
  assert.match(
    (await call("edit", { path: "f", edits })).text,
    /changed on disk since you read it \(line 9\): read it again/,
  );
  await call("cat", { file: "f" });
  assert.match((await call("edit", { path: "f", edits })).text, /^edited f/);
  await session.close();
});

Deno.test("edit, write and patch are offered to a model in few bytes", () => {
  for (const tool of [edit, write, patch]) {
    const { name, description, parameters } = toolSpec(catalogEntry(tool as Tool));
    const bytes = JSON.stringify({ name, description, parameters }).length;
    assert.ok(bytes < 500, `${name}: ${bytes} bytes`);
    const names = { edit: "path,edits", write: "path,content", patch: "patch" };
    assert.equal(Object.keys(parameters.properties ?? {}).join(), names[name as "edit"]);
    assert.equal(String(parameters.required), names[name as "edit"]);
  }
});

Deno.test("edit of a path that is wrong names likely ones and edits none", async () => {
  await using bench = await openBench({ "src/parse.ts": "a\n", "lib/other.ts": "a\n" });
  const at = (path: string) => bench.run(edit, { path, old: "a", new: "b" });
  await assert.rejects(at("parse.ts"), { hint: 'did you mean "src/parse.ts"?' });
  await assert.rejects(at("src/prase.ts"), { hint: 'did you mean "src/parse.ts"?' });
  await assert.rejects(at("zzz"), /no such file: "zzz"; nothing was written/);
  assert.deepEqual(await tree(bench), { "src/parse.ts": "a\n", "lib/other.ts": "a\n" });
});

Deno.test("edit refuses folders, hard links, and ways out", async () => {
  await using bench = await openBench({ f: "a\n", "d/x": "a\n" });
  await using outside = await openBench({ secret: "a\n" });
  await link(join(bench.root, "f"), join(bench.root, "twin"));
  await symlink(outside.root, join(bench.root, "out"));
  for (const path of ["d", "f", "out/secret", "../x", ".env", ".git/config"]) {
    await assert.rejects(
      bench.run(edit, { path, old: "a", new: "b" }),
      { name: "UserError" },
      path,
    );
  }
  assert.deepEqual(await tree(outside), { secret: "a\n" });
});

Deno.test("edit in plain language says that it needs a model, and what works without", async () => {
  await using bench = await openBench({ f: TEN });
  for (const apply of [true, false]) {
    const { ok, text } = await bench.run(edit, { task: "make it faster", apply });
    assert.equal(ok, false);
    assert.match(
      text,
      /^No model is configured[^]*edit <file> --old[^]*patch <file>[^]*plan "make/,
    );
  }
  await assert.rejects(bench.run(edit, {}), /nothing to edit/);
  await assert.rejects(bench.run(edit, { task: "f", old: "x" }), /--old without --new/);
  await assert.rejects(bench.run(edit, { old: "x", new: "y" }), /no file to edit/);
});

Deno.test("edit previews its diff and writes nothing", async () => {
  await using bench = await openBench({ f: "a\nb\n" });
  const input = inputOf(edit, { path: "f", old: "b", new: "c" });
  const shown = await edit.preview?.(input, bench.ctx);
  assert.equal(shown, "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
  assert.deepEqual(await tree(bench), { f: "a\nb\n" });
  assert.deepEqual(edit.needs(input, bench.ctx.workspace), { read: ["f"], write: ["f"] });
});
