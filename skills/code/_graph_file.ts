import { join } from "node:path";
import { UserError } from "../../core/errors.ts";
import { readStateFile, writeStateFile } from "../../core/store/state_file.ts";
import type { ToolContext } from "../../core/tool.ts";
import type { CodeGraph } from "./code_graph.ts";

/** Where the graph is kept, relative to the workspace's root. */
export const KNOWLEDGE_FILE = ".dspy_index/knowledge.json";

/** Reads the kept graph; undefined when there is none that is readable. */
export async function readGraph(ctx: ToolContext): Promise<CodeGraph | undefined> {
  try {
    return await readKept(ctx);
  } catch (error) {
    // A folder that is a file, or a newer version, must not stop an answer: writing tells of it.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/**
 * Keeps a graph.
 *
 * @returns why it could not be kept: a read-only disk must not stop an answer.
 */
export async function writeGraph(ctx: ToolContext, graph: CodeGraph): Promise<string | undefined> {
  try {
    // One that is damaged is kept aside, one of a newer version stays.
    await readKept(ctx);
    await writeStateFile(join(ctx.workspace.root, KNOWLEDGE_FILE), graph);
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.line;
    throw error;
  }
}

function readKept(ctx: ToolContext): Promise<CodeGraph | undefined> {
  return readStateFile(join(ctx.workspace.root, KNOWLEDGE_FILE), {
    schema: { parse: parseGraph },
    onWarning: (text) => ctx.progress({ text, lasting: true }),
  });
}

/** The file is ours and large: only what tells it from something else is looked at. */
function parseGraph(value: unknown): CodeGraph {
  const graph = value as Partial<CodeGraph> | null;
  if (graph?.version === 1 && Array.isArray(graph.files) && Array.isArray(graph.edges)) {
    return graph as CodeGraph;
  }
  throw new UserError("failed", "no code graph");
}
