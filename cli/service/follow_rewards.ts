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
    // What was learned before the first `up` is history.
    offset ??= await store.get<number>(KEY) ?? await store.head(DECISIONS);
    const before = offset;
    for (const entry of await store.read<LogEntry>(DECISIONS, { after: offset, limit: 500 })) {
      offset = entry.offset;
      const { value } = entry;
      if (entryProblem(value) !== undefined) continue;
      if (value.kind === "decision") {
        open.set(value.event_id, value);
        if (open.size > MOST_OPEN) open.delete(open.keys().next().value!);
        continue;
      }
      const decision = value.kind === "reward" ? open.get(value.event_id) : undefined;
      if (value.kind !== "reward" || decision === undefined) continue;
      const reward = rewardOf(value.components);
      if (reward === undefined) continue;
      await bus.send("agent.learning", {
        tool: decision.action,
        reward,
        components: value.components,
        propensity: decision.propensity,
        decision: decision.event_id,
        ts: value.ts / 1_000,
      }, { id: `rl:${entry.offset}` });
    }
    if (offset !== before) await store.put(KEY, offset);
  }

  return async () => {
    ended = true;
    clearTimeout(timer);
    wake.resolve();
    await working;
  };
}
