import { fillIn } from "./_fill_in.ts";
import { lazy } from "./lazy.ts";
import type { CatalogEntry } from "./registry.ts";
import type { Checked } from "./schema.ts";
import type { Tool } from "./tool.ts";

// Most inputs are plain and fit.
const loadSchemas = lazy<typeof import("./open_schema.ts")>("./open_schema.ts", import.meta.url);

/**
 * Checks what a tool is called with and fills in defaults, without zod where the entry's JSON Schema
 * is all there is to check and the input fits it.
 */
export async function checkInput(
  { schema, plain }: CatalogEntry,
  tool: Tool,
  input: unknown,
): Promise<Checked<unknown>> {
  const data = plain ? fillIn(schema, input) : undefined;
  if (data !== undefined) return { success: true, data };
  return (await (await loadSchemas()).openSchema(tool.input)).safeParse(input);
}
