// deno-lint-ignore-file no-console -- a script for the command line
// Applies a patch to all of its files or to none, then takes it back.
import { openFiles } from "@dspy/code/core/workspace";
import { parsePatch, planPatch } from "@dspy/code/skills/edit";

const files = openFiles(await Deno.makeTempDir());
await Deno.writeTextFile(`${files.root}/poem.txt`, "roses are red\nviolets are green\n");
const patch = "--- poem.txt\n+++ poem.txt\n@@\n-violets are green\n+violets are blue\n";

const { changes } = await planPatch(parsePatch(patch), (path) => files.state(path));
await files.commit("the right colour", changes);
console.log(await files.readText("poem.txt"));
await files.undo();
console.log(await files.readText("poem.txt"));
await Deno.remove(files.root, { recursive: true });
