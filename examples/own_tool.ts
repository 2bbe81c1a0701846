// deno-lint-ignore-file no-console -- a script for the command line
// A tool of your own beside ours: deno run -A examples/own_tool.ts FILE
import { catalogEntry, createRegistry, defineTool } from "@dspy/code/core";
import { catalog, openSession } from "@dspy/code/skills";
import { z } from "zod";

const countWords = defineTool({
  name: "count_words",
  summary: "Counts the words of a file",
  input: z.strictObject({ path: z.string() }),
  effect: "read",
  needs: ({ path }) => ({ read: [path] }),
  run: async ({ path }, { files }) => {
    const words = (await files.readText(path)).match(/\S+/g)?.length ?? 0;
    return { ok: true, data: { words }, text: `${words} words` };
  },
});

const registry = createRegistry([...catalog, catalogEntry(countWords)]);
const session = await openSession(".", { registry });
console.log((await session.call("count_words", { path: Deno.args[0] ?? "deno.json" })).text);
await session.close();
