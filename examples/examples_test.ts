import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { serveScripted } from "../testing/mod.ts";

const folder = await Deno.makeTempDir();
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));
await Deno.writeTextFile(`${folder}/notes.txt`, "one needle\ntwo\n");

async function run(name: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      "--cached-only",
      fileURLToPath(new URL(name, import.meta.url)),
      ...args,
    ],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test("examples/search_a_folder.ts finds a word", async () => {
  assert.match(await run("search_a_folder.ts", "needle"), /^notes\.txt:1: one needle$/m);
});

Deno.test("examples/patch_and_undo.ts applies a patch and takes it back", async () => {
  const [red, blue, green] = ["roses are red\n", "violets are blue\n", "violets are green\n"];
  assert.equal(await run("patch_and_undo.ts"), `${red}${blue}\n${red}${green}\n`);
});

Deno.test("examples/own_tool.ts calls a tool of its own through the gate", async () => {
  assert.equal(await run("own_tool.ts", "notes.txt"), "3 words\n");
});

Deno.test("examples/ask_a_model.ts has a model look at the folder", async () => {
  await using model = await serveScripted({
    turns: [
      { calls: [{ tool: "cat", args: { file: "notes.txt" } }] },
      { expect: { lastResult: "one needle" }, say: "There is one needle." },
    ],
  });
  const said = await run("ask_a_model.ts", model.url, "scripted", "how many needles?");
  assert.equal(said, "There is one needle.\n");
  assert.deepEqual(model.problems, []);
});

Deno.test("examples/triage.ts gets typed fields out of a model", async () => {
  const reply = '[[ ## urgency ## ]]\nhigh\n\n[[ ## tags ## ]]\n["login", "outage"]\n';
  await using model = await serveScripted({ turns: [{ expect: "nobody can log in", say: reply }] });
  const said = await run("triage.ts", model.url, "scripted", "nobody can log in");
  assert.equal(said, "high: login, outage\n");
});
