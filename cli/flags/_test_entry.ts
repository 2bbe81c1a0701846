import { z } from "zod";
import { catalogEntry } from "../../core/catalog_entry.ts";
import type { CatalogEntry } from "../../core/registry.ts";
import { defineTool } from "../../core/tool.ts";

/** A catalog entry for tests, made of a zod schema as the catalog task makes the real ones. */
export function testEntry(
  name: string,
  input: z.ZodType,
  rest: Partial<CatalogEntry> = {},
): CatalogEntry {
  const tool = defineTool({
    name,
    summary: `Does ${name}`,
    input,
    effect: "read",
    needs: () => ({}),
    run: () => Promise.reject(new Error("not run in this test")),
  });
  return {
    ...catalogEntry(tool, { group: "test" }),
    load: () => Promise.reject(new Error("not loaded in this test")),
    ...rest,
  };
}

/** An entry with a field of every kind. */
export const searchEntry: CatalogEntry = testEntry(
  "search",
  z.strictObject({
    pattern: z.string().describe("what to look for"),
    paths: z.array(z.string()).optional().describe("where to look"),
    k: z.int().default(5).describe("how many hits"),
    context: z.int().optional().describe("lines around a hit").meta({ short: "c" }),
    min_score: z.number().optional(),
    glob: z.array(z.string()).optional().meta({ short: "g" }).describe("only such files"),
    ignore_case: z.boolean().default(false).meta({ short: "i" }).describe("ignore case"),
    smart: z.boolean().default(true).describe("chunk by symbol"),
    ranker: z.enum(["bm25", "tfidf"]).default("bm25").describe("how hits are ranked"),
    edits: z.array(z.strictObject({ old: z.string(), new: z.string() })).optional(),
    replaceAll: z.boolean().optional(),
    where: z.strictObject({ lang: z.string() }).optional(),
    query: z.string().nullable().optional().meta({ short: "q" }),
  }),
  {
    positional: ["pattern", "paths"],
    examples: [{ line: 'search "fn main" -g "*.rs"', says: "finds Rust entry points" }],
  },
);
