import { DEFAULT_POLICY, modelName, type PolicyVariant } from "./policy_variant.ts";
import { openDecisionLog } from "../log/decision_log.ts";
import { readState, saveState } from "./_saved_state.ts";
import { foldEntry } from "./fold_entry.ts";
import type { LearnerOptions } from "./open_learner.ts";
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
  /** All entries, oldest first. */
  entries(): Promise<readonly unknown[]>;
}

/** Opens the log of a store and learns all of it that the kept state does not know. */
export async function openPolicyLog(
  { store, prior, now = Date.now, mirror, warn = () => {} }: LearnerOptions,
  { options }: PolicyVariant = DEFAULT_POLICY,
): Promise<PolicyLog> {
  const log = openDecisionLog(store);
  // What was learned in one way is of no use to another.
  const key = modelName(options) === "" ? POLICY_KEY : `${POLICY_KEY}/${modelName(options)}`;
  const open = (state: PolicyState) =>
    foldPolicy(state, options.prior === false ? undefined : prior, options);
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
  };

  async function catchUp(): Promise<void> {
    for await (const page of log.after(policy.offset)) {
      for (const entry of page) policy = await foldEntry(policy, entry, reader);
    }
    if (policy.offset - kept >= KEEP_EVERY) await keep();
  }

  async function entriesBefore(before: number): Promise<unknown[]> {
    const all: unknown[] = [];
    for await (const page of log.after(0)) {
      all.push(...page.filter(({ offset }) => offset < before).map(({ value }) => value));
    }
    return all;
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
    const saved = await store.get(key);
    if (saved === undefined) return freshState();
    try {
      const state = readState(saved);
      // A log that was cut off knows nothing of what followed.
      const known = state.basis === basisOf(options.prior === false ? undefined : prior);
      return known && state.offset <= await log.head() ? state : freshState();
    } catch (error) {
      if (isNewer(saved)) throw error;
      const aside = `${key}.corrupt-${now()}`;
      await store.put(aside, saved);
      await store.delete(key);
      const why = error instanceof Error ? error.message : String(error);
      warn(`the learned policy was ${why}; kept as ${aside}, the log is learned anew`);
      return freshState();
    }
  }
}

/** What a newer program wrote stays as it is. */
function isNewer(saved: unknown): boolean {
  const { v } = Object(saved) as { v?: unknown };
  return typeof v === "number" && v > 1;
}
