import type { Store } from "../../core/store/types.ts";
import type { EventStream } from "../../streaming/bus/types.ts";
import { type Decision, entryProblem, type LogEntry } from "../../rl/log/decision.ts";
import { DECISIONS } from "../../rl/log/decision_log.ts";
import { rewardOf } from "../../rl/chooser/reward_of.ts";

/** Milliseconds between two looks. */
const POLL_MS = 1_000;
/** Where it stands, in the store. */
const KEY = "service:rewards";
/** Decisions whose reward may still come. */
const MOST_OPEN = 2_000;

/**
 * Publishes on `agent.learning` what sessions of this workspace learn: each outcome in their log
 * once, also over restarts.
 *
 * @returns ends it.
 */
export function followRewards(
  store: Store,
  bus: EventStream,
  onError: (error: unknown) => void,
): () => Promise<void> {
  const open = new Map<string, Decision>();
  let offset: number | undefined;
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let looking: Promise<void> = Promise.resolve();
  let wake = Promise.withResolvers<void>();
  const working = work();

  async function work(): Promise<void> {
    while (!ended) {
      looking = look().catch(onError);
      await looking;
      if (ended) break;
      wake = Promise.withResolvers();
      timer = setTimeout(wake.resolve, POLL_MS);
      await wake.promise;
    }
  }

  async function look(): Promise<void> {
    offset ??= await begin();
    for (const entry of await store.read<LogEntry>(DECISIONS, { after: offset, limit: 500 })) {
      const { value } = entry;
      const message = entryProblem(value) === undefined ? messageOf(value) : undefined;
      if (message !== undefined) {
        await bus.send("agent.learning", message, { id: `rl:${entry.offset}` });
      }
      // Only now: what could not be sent is tried again.
      offset = entry.offset;
      if (message !== undefined) await store.put(KEY, offset);
    }
  }

  /** Where the last one stood, with the decisions before it whose reward may still come. */
  async function begin(): Promise<number> {
    // What was learned before the first `up` is history.
    const from = await store.get<number>(KEY) ?? await store.head(DECISIONS);
    const after = Math.max(0, from - MOST_OPEN);
    const before = await store.read<LogEntry>(DECISIONS, { after, limit: MOST_OPEN });
    for (const { offset, value } of before) {
      if (offset <= from && entryProblem(value) === undefined) messageOf(value);
    }
    return from;
  }

  /** What a reward is told as; a decision is remembered for its own. */
  function messageOf(entry: LogEntry) {
    if (entry.kind === "decision") {
      open.set(entry.event_id, entry);
      if (open.size > MOST_OPEN) open.delete(open.keys().next().value!);
      return undefined;
    }
    const decision = entry.kind === "reward" ? open.get(entry.event_id) : undefined;
    if (entry.kind !== "reward" || decision === undefined) return undefined;
    const reward = rewardOf(entry.components);
    if (reward === undefined) return undefined;
    return {
      tool: decision.action,
      reward,
      components: entry.components,
      propensity: decision.propensity,
      decision: decision.event_id,
      ts: entry.ts / 1_000,
    };
  }

  return async () => {
    ended = true;
    clearTimeout(timer);
    wake.resolve();
    await working;
  };
}
