import type { SchemaOutput, Zod } from "../../core/schema.ts";
import { defineTool, type Tool } from "../../core/tool.ts";
import { DEFAULT_OPTIONS, type IndexReport, refreshIndex } from "./_code_index.ts";

const input = (z: Zod) =>
  z.object({
    glob: z.array(z.string()).default([]).describe("only files that match").meta({ short: "g" }),
    exclude: z.array(z.string()).default([]).describe("leave out files that match")
      .meta({ short: "x" }),
    chunkLines: z.int().min(1).default(DEFAULT_OPTIONS.chunkLines)
      .describe("lines per chunk where no definition decides"),
    smart: z.boolean().default(DEFAULT_OPTIONS.smart)
      .describe("one chunk per function or class at the top level"),
  });

/** Input of the tool `index`. */
export type IndexInput = SchemaOutput<typeof input>;

const index: Tool<IndexInput, IndexReport> = defineTool({
  name: "index",
  summary: "Builds or refreshes the search index that esearch uses",
  input,
  examples: [
    { line: "index", says: "only what changed is read" },
    { line: 'index --glob "*.py" --exclude "tests/"', says: "of some files" },
  ],
  effect: "read",
  needs: () => ({ read: ["."] }),
  cooldown: 300,
  propose({ words }) {
    if (!words.has("index") && !words.has("reindex")) return undefined;
    return { input: {}, weight: 0.6, reason: "the request is about the search index" };
  },
  score: ({ ok }) => ok ? 0.5 : 0,
  async run(input, ctx) {
    const report = await refreshIndex(ctx, input);
    const { chunks, files, changed, removed } = report;
    const rest = `${files} files, ${changed} of them new or changed, ${removed} removed`;
    return { ok: true, data: report, text: `Indexed ${chunks} chunks\n(${rest})` };
  },
});

export default index;
