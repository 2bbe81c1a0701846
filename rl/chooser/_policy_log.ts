import { DEFAULT_POLICY, modelName, type PolicyVariant } from "./policy_variant.ts";
import { openDecisionLog } from "../log/decision_log.ts";
import { readState, saveState } from "./_saved_state.ts";
import { foldEntry, isControl } from "./fold_entry.ts";
import type { LearnerOptions } from "./open_learner.ts";
import { readBase } from "./policy_base.ts";
import {
  basisOf,
  foldPolicy,
  freshState,
  type PolicyFold,
  type PolicyState,
} from "./policy_state.ts";

/** Key of the state in the store; those of other variants begin with it. */
export const POLICY_KEY = "rl.policy";

/** The state is kept after so many new entries; it can always be made again from the log. */
const KEEP_EVERY = 20;

/** A policy that follows the log of its workspace. */
export interface PolicyLog {
  /** What was learned up to the newest entry that was read. */
  readonly policy: PolicyFold;
  /** Adds entries, and learns them with all that others added before. */
  append(...entries: readonly unknown[]): Promise<void>;
  /** Learns what came to the log since, by whomever. */
  catchUp(): Promise<void>;
  /** Keeps the state in the store. */
  keep(): Promise<void>;
  /** All entries that are left, oldest first. */
  entries(): AsyncIterable<unknown>;
  /** The same, newest first. */
  newest(): AsyncIterable<unknown>;
  /** How many entries were trimmed. */
  trimmed(): Promise<number>;
}

/**
 * Opens the log of a store and learns all of it that the kept state does not know. Where entries
 * were trimmed that it would have to know, it goes on from the base that was written with the trim.
 */
export async function openPolicyLog(
  { store, prior, now = Date.now, mirror, warn = () => {} }: LearnerOptions,
  { options }: PolicyVariant = DEFAULT_POLICY,
): Promise<PolicyLog> {
  const log = openDecisionLog(store);
  // What was learned in one way is of no use to another.
  const way = modelName(options);
  const key = way === "" ? POLICY_KEY : `${POLICY_KEY}/${way}`;
  const known = options.prior === false ? undefined : prior;
  const open = (state: PolicyState) => foldPolicy(state, known, options);
  const reader = { open, before: entriesBefore };
  let policy = open(await load());
  let kept = policy.offset;
  await catchUp();

  return {
    get policy() {
      return policy;
    },
    async append(...entries) {
      await log.append(...entries);
      await catchUp();
    },
    catchUp,
    keep,
    entries: () => entriesBefore(Infinity),
    async *newest() {
      for await (const { value } of log.newest()) yield value;
    },
    trimmed: async () => await log.first() - 1,
  };

  async function catchUp(): Promise<void> {
    for await (const page of log.after(policy.offset)) {
      // It slept while entries were trimmed that it had not read.
      if (page[0]!.offset > policy.offset + 1) policy = open(await load());
      for (const entry of page) {
        if (entry.offset <= policy.offset) continue;
        const replays = isControl(entry.value) && entry.value.action === "replay";
        // What was left of the log then may be no more: the base has learned it.
        const base = replays ? await baseFrom(entry.offset) : undefined;
        policy = base === undefined ? await foldEntry(policy, entry, reader) : open(base);
      }
    }
    if (policy.offset - kept >= KEEP_EVERY) await keep();
  }

  async function* entriesBefore(before: number): AsyncGenerator<unknown> {
    for await (const page of log.after(0)) {
      for (const { offset, value } of page) if (offset < before) yield value;
    }
  }

  /** What was learned at the last trim, if that was no earlier. */
  async function baseFrom(offset: number): Promise<PolicyState | undefined> {
    const base = (await readBase(store))?.folds[way];
    const fits = base !== undefined && base.basis === basisOf(known) && base.offset >= offset &&
      base.offset <= await log.head();
    return fits ? base : undefined;
  }

  /** Another session may have kept a later one: that says the same and more. */
  async function keep(): Promise<void> {
    const state = policy.state();
    const mine = { offset: state.offset, ...saveState(state) };
    await store.update<{ offset?: number }>(
      key,
      (old) => (old?.offset ?? 0) > state.offset ? old! : mine,
    );
    kept = state.offset;
    await mirror?.state(state);
  }

  async function load(): Promise<PolicyState> {
    const before = await log.first() - 1;
    const state = await keptState();
    // A log that was cut off knows nothing of what followed.
    const fits = state !== undefined && state.basis === basisOf(known) &&
      state.offset >= before && state.offset <= await log.head();
    if (fits) return state;
    const base = before > 0 ? await baseFrom(before) : undefined;
    return base ?? { ...freshState(), offset: before };
  }

  async function keptState(): Promise<PolicyState | undefined> {
    const saved = await store.get(key);
    try {
      return saved === undefined ? undefined : readState(saved);
    } catch (error) {
      if (isNewer(saved)) throw error;
      const aside = `${key}.corrupt-${now()}`;
      await store.put(aside, saved);
      await store.delete(key);
      const why = error instanceof Error ? error.message : String(error);
      warn(`the learned policy was ${why}; kept as ${aside}, the log is learned anew`);
      return undefined;
    }
  }
}

/** What a newer program wrote stays as it is. */
function isNewer(saved: unknown): boolean {
  const { v } = Object(saved) as { v?: unknown };
  return typeof v === "number" && v > 1;
}
