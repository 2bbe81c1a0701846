import assert from "node:assert/strict";
import { z as whole } from "npm:zod@^4.6.7";
import { z } from "zod";

Deno.test("core/zod.js is of the version in the lock file", async () => {
  const [head, lock] = await Promise.all(
    ["core/zod.js", "deno.lock"].map((path) =>
      Deno.readTextFile(new URL(`../${path}`, import.meta.url))
    ),
  );
  const version = /^\/\/ zod ([\d.]+), written by/m.exec(head!)?.[1];
  assert.ok(Object.hasOwn(JSON.parse(lock!).npm, `zod@${version}`), "run `deno task zod`");
});

Deno.test("core/zod.js has all of the package but other languages, and says the same", () => {
  assert.deepEqual(Object.keys(z).sort(), Object.keys(whole).sort());
  assert.deepEqual(Object.keys(z.locales), ["en"]);
  const said = (it: typeof z) => {
    const schema = it.strictObject({
      name: it.string().min(2).describe("a name"),
      kinds: it.array(it.enum(["a", "b"])).default([]),
      size: it.int().max(9).optional(),
    });
    const { error } = schema.safeParse({ name: "x", kinds: ["c"], size: 10, more: 1 });
    return { issues: error?.issues, schema: it.toJSONSchema(schema) };
  };
  // Text: the copies of a schema are the same but for their prototypes.
  assert.equal(JSON.stringify(said(z)), JSON.stringify(said(whole as unknown as typeof z)));
});
