import type { Tool } from "../tool.ts";
import type { CallResult } from "./mind.ts";
import type { PlainRequest } from "./request.ts";

/**
 * How much a result did for a request, from 0 to 2: nothing when the call was refused; else what the
 * tool's own {@linkcode Tool.score} says; else 1 for a result plus half the share of the request's
 * targets that its text covers, and 0 for none.
 */
export function scoreResult(
  request: PlainRequest,
  result: CallResult,
  tool: Pick<Tool, "score">,
): number {
  // A call that threw has no data for the tool to judge.
  if (result.refused !== undefined || (!result.ok && result.data === null)) return 0;
  const covered = coverage(request.targets, result.text);
  if (tool.score) return tool.score(result, covered);
  return result.ok && result.text.trim() !== "" ? 1 + 0.5 * covered : 0;
}

/**
 * The share of the targets that occur in a text, whatever their case.
 *
 * @returns from 0 to 1; 0 when there are no targets.
 */
export function coverage(targets: readonly string[], text: string): number {
  const lower = text.toLowerCase();
  const hits = targets.filter((target) => lower.includes(target)).length;
  return hits / Math.max(1, targets.length);
}
