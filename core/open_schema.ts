import { lazy } from "./lazy.ts";
import { makeSchema } from "./make_schema.ts";
import type { Schema, Zod } from "./schema.ts";

const loadZod = lazy<typeof import("zod")>("./zod.js", import.meta.url);

/**
 * Makes the schema that a source describes, with zod loaded for it.
 *
 * @example
 * ```ts
 * import { defineTool, openSchema } from "@dspy/code/core";
 * import assert from "node:assert/strict";
 *
 * const echo = defineTool({
 *   name: "echo",
 *   summary: "Says it again",
 *   input: (z) => z.object({ text: z.string().default("hello") }),
 *   effect: "read",
 *   needs: () => ({}),
 *   run: ({ text }) => Promise.resolve({ ok: true, data: null, text }),
 * });
 * const schema = await openSchema(echo.input);
 * assert.deepEqual(schema.parse({}), { text: "hello" });
 * ```
 */
export async function openSchema<S extends Schema<unknown>>(
  source: S | ((zod: Zod) => S),
): Promise<S> {
  return typeof source === "function" ? makeSchema(source, (await loadZod()).z) : source;
}
