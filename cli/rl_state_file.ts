import { z } from "zod";
import { appendJsonLine } from "../core/store/json_lines.ts";
import { readStateFile } from "../core/store/state_file.ts";
import { updateStateFile } from "../core/store/update_state_file.ts";

/** How many rewards a tool had, and their sum. */
export type RewardTotals = readonly [count: number, sum: number];

/** `.dspy_rl_state.json`: readable by other programs of this family, which may add to it. */
interface RlState {
  readonly version?: number | undefined;
  /** What learned first. */
  readonly policy?: string | undefined;
  /** Names; index i of the lists below belongs to `tools[i]`. */
  readonly tools: readonly string[];
  /** Mean reward of each. */
  readonly values: readonly number[];
  /** Number of rewards of each. */
  readonly counts: readonly number[];
  /** The part that came from `rl train`. */
  readonly trained?: Readonly<Record<string, RewardTotals>> | undefined;
  /** Tools that came from sessions: `rl reset` takes them out again. */
  readonly learned?: readonly string[] | undefined;
}

/** A choice as a line of `.dspy_rl_events.jsonl` tells it. */
export interface MirroredChoice {
  /** Its id in the log of decisions. */
  readonly decision: string;
  /** Probability with which the tool was picked. */
  readonly propensity: number;
  /** Name of the policy that picked. */
  readonly policy: string;
  /** Which champion that was, and the offset of the log it knew. */
  readonly policy_version: string | number;
}

/** Files of a workspace that tell what was learned. */
export interface RlFiles {
  /**
   * Appends an outcome; `ts` in milliseconds since the epoch. What is known of the choice stands
   * behind what every reader of this family looks for.
   */
  outcome(tool: string, reward: number, ts: number, choice?: MirroredChoice): Promise<void>;
  /** Sets the totals of a session's tools, which include all earlier ones. */
  learned(policy: string, totals: Readonly<Record<string, RewardTotals>>): Promise<void>;
  /** What trainings earned, by tool: count and sum. */
  trainedTotals(): Promise<Readonly<Record<string, RewardTotals>>>;
  /** Adds rewards of a training; a tool without any stands there from then on. */
  trained(policy: string, more: Readonly<Record<string, RewardTotals>>): Promise<void>;
}

const SCHEMA = z.looseObject({
  version: z.number().optional(),
  policy: z.string().optional(),
  tools: z.array(z.string()),
  values: z.array(z.number()),
  counts: z.array(z.number()),
  trained: z.record(z.string(), z.tuple([z.number(), z.number()])).optional(),
  learned: z.array(z.string()).optional(),
});

/**
 * Opens `.dspy_rl_events.jsonl` and `.dspy_rl_state.json` at a workspace's root. Everything is merged
 * by the tool's name: what others wrote of other tools stays.
 *
 * @param root real path of the workspace's root.
 * @param warn told in one sentence when an unreadable file was kept aside.
 */
export function openRlFiles(root: string, warn: (text: string) => void): RlFiles {
  const update = async (change: (old: RlState | undefined) => RlState) => {
    const path = `${root}/.dspy_rl_state.json`;
    const options = { schema: SCHEMA, onWarning: warn };
    await updateStateFile<RlState>(path, (old) => ({ ...old, ...change(old) }), options);
  };
  return {
    outcome: (tool, reward, ts, choice) =>
      appendJsonLine(`${root}/.dspy_rl_events.jsonl`, {
        ts: Math.floor(ts / 1000),
        tool,
        reward,
        ...choice,
      }),
    trainedTotals: async () => {
      const options = { schema: SCHEMA, onWarning: warn };
      const state = await readStateFile<RlState>(`${root}/.dspy_rl_state.json`, options);
      return state?.trained ?? {};
    },
    learned: (policy, totals) => update((old) => withLearned(old, policy, totals)),
    trained: (policy, more) => update((old) => withTrained(old, policy, more)),
  };
}

function withLearned(
  old: RlState | undefined,
  policy: string,
  totals: Readonly<Record<string, RewardTotals>>,
): RlState {
  const trained = old?.trained ?? {};
  const rows = rowsOf(old);
  for (const tool of old?.learned ?? []) {
    const rest = ownValue(trained, tool);
    if (rest === undefined) rows.delete(tool);
    else rows.set(tool, rowOf(rest));
  }
  for (const [tool, own] of Object.entries(totals)) {
    rows.set(tool, rowOf(sum(own, ownValue(trained, tool))));
  }
  return { ...stateOf(policy, rows, trained), learned: Object.keys(totals) };
}

function withTrained(
  old: RlState | undefined,
  policy: string,
  more: Readonly<Record<string, RewardTotals>>,
): RlState {
  const trained: Record<string, RewardTotals> = { ...old?.trained };
  const rows = rowsOf(old);
  for (const [tool, own] of Object.entries(more)) {
    const { value, count } = rows.get(tool) ?? { value: 0, count: 0 };
    rows.set(tool, own[0] === 0 ? { value, count } : rowOf(sum(own, [count, value * count])));
    if (own[0] > 0) trained[tool] = sum(own, ownValue(trained, tool));
  }
  return stateOf(old?.policy ?? policy, rows, trained);
}

interface Row {
  /** Mean reward. */
  readonly value: number;
  readonly count: number;
}

function rowsOf(old: RlState | undefined): Map<string, Row> {
  return new Map(
    old?.tools.map((tool, i) => [tool, { value: old.values[i] ?? 0, count: old.counts[i] ?? 0 }]),
  );
}

function rowOf([count, sum]: RewardTotals): Row {
  return { value: count === 0 ? 0 : sum / count, count };
}

function sum([count, sum]: RewardTotals, [others, theirs]: RewardTotals = [0, 0]): RewardTotals {
  return [count + others, sum + theirs];
}

function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function stateOf(
  policy: string,
  rows: ReadonlyMap<string, Row>,
  trained: Readonly<Record<string, RewardTotals>>,
): RlState {
  const sorted = [...rows].sort(([a], [b]) => a < b ? -1 : 1);
  return {
    version: 1,
    policy,
    tools: sorted.map(([tool]) => tool),
    values: sorted.map(([, { value }]) => value),
    counts: sorted.map(([, { count }]) => count),
    ...Object.keys(trained).length > 0 && { trained },
  };
}
