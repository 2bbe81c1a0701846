import type { SchemaOutput, Zod } from "../../core/schema.ts";
import { defineTool, type Tool } from "../../core/tool.ts";
import { type GraphStats, summaryLine } from "./code_graph.ts";
import { KNOWLEDGE_FILE } from "./_graph_file.ts";
import { checkSeen } from "../edit/check_seen.ts";
import { rememberSeen } from "../edit/remember_seen.ts";
import { learnCode, type Learned } from "./learn_code.ts";

const input = (z: Zod) =>
  z.object({
    out: z.string().optional().describe("also write the graph to this file"),
  });

/** Input of the tool `learn`. */
export type LearnInput = SchemaOutput<typeof input>;

/** Result of the tool `learn`. */
export interface LearnData {
  /** Sizes of the graph. */
  readonly stats: GraphStats;
  /** Imports and calls in it. */
  readonly edges: number;
  /** The files with the most definitions. */
  readonly top_by_defs: Learned["graph"]["top_by_defs"];
  /** Files that had not changed. */
  readonly reused: number;
  /** Files that have left since the last time. */
  readonly removed: number;
  /** Files that could not be read. */
  readonly skipped: readonly string[];
}

const MAX_TOP = 10;

/** The tool `learn`. */
const learn: Tool<LearnInput, LearnData> = defineTool({
  name: "learn",
  summary: "Reads the code and remembers what is defined, imported and called where",
  input,
  examples: [{ line: "learn", says: "reads what is new or changed since the last time" }],
  effect: "read",
  parses: true,
  needs: ({ out }) => out === undefined ? { read: ["."] } : { read: ["."], write: [out] },
  async run({ out }, ctx) {
    const learned = await learnCode(ctx);
    const { graph, reused, removed, skipped } = learned;
    const notes = [...notesOn(learned)];
    if (out !== undefined) {
      const from = await ctx.files.state(out);
      await checkSeen(ctx, from);
      const to = new TextEncoder().encode(`${JSON.stringify(graph, null, 2)}\n`);
      await ctx.files.commit(`learn to ${from.path}`, [{ from, to }]);
      await rememberSeen(ctx, from.path, to, "written");
      notes.push(`Written to ${from.path}`);
    }
    const { stats, top_by_defs } = graph;
    return {
      ok: stats.files > 0,
      data: { stats, edges: graph.edges.length, top_by_defs, reused, removed, skipped },
      text: [
        summaryLine(stats),
        ...topLines(top_by_defs),
        ...notes,
      ].join("\n"),
    };
  },
});

export default learn;

function* notesOn({ graph, reused, removed, skipped, unsaved }: Learned): Generator<string> {
  const { files } = graph.stats;
  if (files === 0) yield "No source files here";
  else yield `${files - reused} read, ${reused} unchanged, ${removed} gone`;
  if (skipped.length > 0) yield `Left out (binary, too large, not readable): ${few(skipped)}`;
  yield unsaved === undefined ? `Kept in ${KNOWLEDGE_FILE}` : `Not kept: ${unsaved}`;
}

function topLines(top: Learned["graph"]["top_by_defs"]): string[] {
  if (top.length === 0) return [];
  const shown = top.slice(0, MAX_TOP);
  const width = String(shown[0]!.defs).length;
  return [
    "Most definitions:",
    ...shown.map(({ path, defs }) => `  ${String(defs).padStart(width)} ${path}`),
  ];
}

function few(paths: readonly string[], most = 5): string {
  const rest = paths.length - most;
  return paths.slice(0, most).join(", ") + (rest > 0 ? `, and ${rest} more` : "");
}
