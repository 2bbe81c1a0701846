import type { CallResult } from "./mind.ts";
import type { PlainRequest } from "./request.ts";

/** Tools whose findings answer a request; the others only set the scene. */
const SCENERY = new Set(["tree", "ls", "cat", "index", "git_log"]);

/**
 * How much a result did for a request, from 0 to 2: nothing when the call failed or found nothing,
 * else 1 (0.5 for tools that only show what is there) plus half the share of the request's targets
 * that the text covers.
 *
 * Checks score by what they found out, not by whether it was pleasant: a failing test suite that
 * ran is an answer.
 */
export function scoreResult(request: PlainRequest, result: CallResult): number {
  if (result.refused !== undefined) return 0;
  const total = checkTotal(result.data);
  if (total !== undefined) return total > 0 ? 1.2 : 0.3;
  if (!result.ok || result.text.trim() === "") return 0;
  const base = SCENERY.has(result.call.tool) ? 0.5 : 1;
  return base + 0.5 * coverage(request.targets, result.text);
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

function checkTotal(data: unknown): number | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const { kind, total } = data as { kind?: unknown; total?: unknown };
  return kind === "tests" && typeof total === "number" ? total : undefined;
}
