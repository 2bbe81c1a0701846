import { type Decision, entryProblem } from "../log/decision.ts";

/** No request has so many entries between its first decision and its last. */
const MOST_ENTRIES = 5_000;

/**
 * The decisions of the newest requests, oldest first, from a log that is read from its end: as soon
 * as the first decision of each is found, nothing more is read.
 */
export async function newestDecisions(
  newest: AsyncIterable<unknown>,
  requests: number,
): Promise<Decision[]> {
  const found: Decision[] = [];
  const begun = new Map<string, boolean>();
  let read = 0;
  for await (const entry of newest) {
    if (++read > MOST_ENTRIES) break;
    if (!isDecision(entry)) continue;
    const { episode_id, event_id } = entry;
    if (!begun.has(episode_id) && begun.size === requests) continue;
    found.push(entry);
    // An episode is named after its first decision.
    const first = episode_id.endsWith(`/${event_id}`);
    begun.set(episode_id, first || begun.get(episode_id) === true);
    if (begun.size === requests && [...begun.values()].every(Boolean)) break;
  }
  return found.toReversed();
}

function isDecision(entry: unknown): entry is Decision {
  return entryProblem(entry) === undefined && (entry as Decision).kind === "decision";
}
