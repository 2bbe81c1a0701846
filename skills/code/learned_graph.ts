import { UserError } from "../../core/errors.ts";
import type { ToolContext } from "../../core/tool.ts";
import { buildCodeGraph, type CodeGraph } from "./code_graph.ts";
import { isSourceFile } from "./file_facts.ts";
import { learnCode } from "./learn_code.ts";

/** More files take longer to learn than an answer may that is not about the graph itself. */
const MOST_FILES = 1_500;

/**
 * The code graph for who can do without: an empty one where the grammars cannot be read, and in a
 * large workspace that nothing was learned of yet.
 *
 * @throws {UserError} `aborted` when the context's signal fires.
 */
export async function learnedGraph(ctx: ToolContext): Promise<CodeGraph> {
  try {
    const known = await ctx.store.get("code:summary");
    if (known !== undefined || await isSmall(ctx)) return (await learnCode(ctx)).graph;
  } catch (error) {
    if (!(error instanceof UserError) || error.kind !== "missing") throw error;
  }
  return buildCodeGraph(new Map());
}

async function isSmall({ files, signal }: ToolContext): Promise<boolean> {
  let count = 0;
  for await (const batch of files.walk({ signal })) {
    count += batch.filter(({ path }) => isSourceFile(path)).length;
    if (count > MOST_FILES) return false;
  }
  return true;
}
