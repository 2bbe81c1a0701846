import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

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
