import { isPlain } from "./_is_plain.ts";
import { makeSchema } from "./make_schema.ts";
import type { CatalogEntry, JsonSchema } from "./registry.ts";
import type { Tool } from "./tool.ts";
import { z } from "zod";

/** Options of {@linkcode catalogEntry}. */
export interface CatalogEntryOptions {
  /** The thing acted on. Default `own`. */
  readonly group?: string;
}

/**
 * Says of a loaded tool what a registry wants to know: for tools that do not come from a catalog.
 *
 * @example
 * ```ts
 * import { catalogEntry, createRegistry, defineTool } from "@dspy/code/core";
 * import { z } from "zod";
 * import assert from "node:assert/strict";
 *
 * const shout = defineTool({
 *   name: "shout",
 *   summary: "Says it louder",
 *   input: z.strictObject({ text: z.string() }),
 *   effect: "read",
 *   needs: () => ({}),
 *   run: ({ text }) => Promise.resolve({ ok: true, data: null, text: text.toUpperCase() }),
 * });
 * const registry = createRegistry([catalogEntry(shout)]);
 * assert.deepEqual(registry.find("shout")?.schema.required, ["text"]);
 * ```
 */
export function catalogEntry(
  tool: Tool,
  { group = "own" }: CatalogEntryOptions = {},
): CatalogEntry {
  const input = makeSchema(tool.input, z);
  const { $schema: _, ...schema } = input.toJSONSchema({
    io: "input",
    unrepresentable: "any",
  }) as JsonSchema;
  const commands = Object.entries(tool.commands ?? {});
  return {
    name: tool.name,
    aliases: tool.aliases ?? [],
    group,
    summary: tool.summary,
    effect: tool.effect,
    parses: tool.parses ?? false,
    asksModel: tool.asksModel ?? false,
    positional: tool.positional ?? [],
    ...tool.verbatim && { verbatim: true },
    examples: tool.examples ?? [],
    schema,
    ...isPlain(input) && { plain: true },
    commands: Object.fromEntries(
      commands.map(([key, { summary, effect }]) => [key, { summary, effect }]),
    ),
    load: () => Promise.resolve(tool),
  };
}
