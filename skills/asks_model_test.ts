import assert from "node:assert/strict";
import { catalog } from "./catalog.ts";

const HERE = new URL(".", import.meta.url);

Deno.test("a tool whose file asks the model says so, and no other does", async () => {
  const said = new Set(catalog.filter(({ asksModel }) => asksModel).map(({ name }) => name));
  const asking = new Set<string>();
  for await (const folder of Deno.readDir(HERE)) {
    if (!folder.isDirectory) continue;
    for await (const { name } of Deno.readDir(new URL(`${folder.name}/`, HERE))) {
      if (!name.endsWith(".ts") || name.endsWith("_test.ts") || name.startsWith("_")) continue;
      const text = await Deno.readTextFile(new URL(`${folder.name}/${name}`, HERE));
      const tool = /defineTool\(\{\s*name: "(\w+)"/.exec(text)?.[1];
      if (
        tool !== undefined && /\b(?:ctx|context)\.lm\b|\{[^}]*\blm\b[^}]*\}: ToolContext/.test(text)
      ) {
        asking.add(tool);
      }
    }
  }
  assert.ok(asking.size >= 5);
  assert.deepEqual([...asking].sort(), [...said].sort());
});
