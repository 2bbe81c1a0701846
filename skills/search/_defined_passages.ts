import { parseRequest } from "../../core/agent/request.ts";
import type { ToolContext } from "../../core/tool.ts";
import { findKnowledge } from "../code/find_knowledge.ts";
import { learnedGraph } from "../code/learned_graph.ts";
import { fileRole } from "../plan/file_role.ts";
import type { Passage } from "./_answer_skill.ts";

/** Definitions shown for one question. */
const MOST = 3;
/** Lines of one. */
const LINES = 24;
/** A longer subject describes something and is no name. Words. */
const MOST_WORDS = 4;

/**
 * The beginnings of what a question names, by the code graph: `echo`, `Store.load`, and
 * `ProgressBar` for "a progress bar".
 *
 * @returns empty when it names nothing that is defined here.
 */
export async function definedPassages(question: string, ctx: ToolContext): Promise<Passage[]> {
  const { identifiers, subject } = parseRequest(question);
  const names = identifiers.length > 0 ? identifiers : [subject];
  if (names[0] === "" || names[0]!.split(/\s+/).length > MOST_WORDS) return [];
  const graph = await learnedGraph(ctx);
  const isPhrase = identifiers.length === 0;
  const { definitions } = findKnowledge(graph, names.join(" "), { phrase: isPhrase });
  const inCode = definitions.filter(({ path }) => fileRole(path) !== "test");
  // What only a test is called after is no definition of it, unless its name was given.
  const meant = inCode.length > 0 || isPhrase ? inCode : definitions;
  const parts = meant.slice(0, MOST).map(async ({ path, start, end }) => {
    const text = await ctx.files.readText(path).catch(() => undefined);
    const lines = text?.split("\n").slice(start - 1, Math.min(end, start + LINES - 1)) ?? [];
    return lines.length === 0 ? [] : [{ path, start, text: lines.join("\n"), best: start }];
  });
  return (await Promise.all(parts)).flat();
}
