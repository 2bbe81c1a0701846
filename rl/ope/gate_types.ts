import type { LowerBoundSnapshot } from "./lower_bound.ts";
import type { LoggedRow, Rejections, TargetPolicy } from "./types.ts";

/** A logged decision, with what must not get worse. */
export interface GateRow extends Omit<LoggedRow, "reward"> {
  /**
   * What it earned. Absent when nothing ever came of it: then it counts as the worst for whatever is
   * to be shown. NaN is no reward and puts the row aside.
   */
  readonly reward?: number | undefined;
  /** Guard metrics, by name; larger is worse. One that is absent or not finite is missing. */
  readonly guards?: Readonly<Record<string, number>>;
}

/** A guard metric: failure rate, cost, latency. Larger is worse. */
export interface GuardOptions {
  /** Least and largest value. Default `[0, 1]`. A value beyond is counted as missing. */
  readonly range?: readonly [number, number];
  /** By how much it may be worse, as a share of the range. Default 0.02. */
  readonly delta?: number;
}

/** Thresholds of the gate. */
export interface GateOptions {
  /**
   * Least probability that the logging gives to an available action, in (0, 1]; no importance
   * weight may pass `1 / floor`. With 0.05 spread over k arms it is `0.05 / k`.
   */
  readonly floor: number;
  /** How often a challenger that is not better may be promoted at all. Default 0.05. */
  readonly alpha?: number;
  /** How many challengers are judged beside each other; alpha is split over them. Default 1. */
  readonly challengers?: number;
  /** Least and largest reward. Default `[0, 1]`; the gate maps it onto `[0, 1]`. */
  readonly rewardRange?: readonly [number, number];
  /** Guard metrics by name. Default none. */
  readonly guards?: Readonly<Record<string, GuardOptions>>;
  /** Least effective sample size. Default 100. */
  readonly minEss?: number;
  /** Least effective sample size as a share of the rows. Default 0.05. */
  readonly essShare?: number;
  /** Shares of the challenger in the canary, ascending to 1. Default `[0.05, 0.2, 0.5, 1]`. */
  readonly stages?: readonly number[];
  /** Decisions of each stage, at least. Default 50. */
  readonly stageDecisions?: number;
  /** Share of the champion's value that may be risked on the way. Default 0.1. */
  readonly budget?: number;
  /** Share of rows that may be unusable before the log is refused. Default 0.05. */
  readonly maxRejected?: number;
  /**
   * Whether the mean reward before a row is taken off its reward before it is weighed. The paired
   * differences keep their mean and have less variance. Default false: `(w_new - w_champ) r`.
   */
  readonly centre?: boolean;
}

/** The thresholds as a gate keeps them. */
export interface GateThresholds extends Required<Omit<GateOptions, "guards">> {
  /** Guard metrics by name. */
  readonly guards: Readonly<Record<string, Required<GuardOptions>>>;
}

/**
 * Where a challenger stands: judged by the champion's log; played in part; promoted and watched;
 * taken back after it was played; turned down before.
 */
export type GatePhase = "shadow" | "canary" | "promoted" | "rolled back" | "rejected";

/** Sums of one policy's weights. */
export interface GateSums {
  /** Sum of the weights. */
  readonly sum: number;
  /** Sum of their squares. */
  readonly squares: number;
  /** Largest weight. */
  readonly largest: number;
  /** Sum of weights times rewards, these mapped onto `[0, 1]`, where one came. */
  readonly earned: number;
  /** Sum of the weights where a reward came. */
  readonly told: number;
}

/** What was taken and what was wanted, by action: an action that is wanted must have been taken. */
export interface GateSupport {
  /** How often each action was taken. */
  readonly taken: readonly number[];
  /** In how many rows a policy gave it a probability, though it could be taken. */
  readonly wanted: readonly number[];
  /** How often a policy gave a probability to what could not be taken. */
  readonly outside: number;
}

/** What is kept of a guard metric. */
export interface GateGuard {
  /** Rows that told it. */
  readonly told: number;
  /** Rows that did not. */
  readonly missing: number;
  /** Sum of what was told, mapped onto `[0, 1]`. */
  readonly sum: number;
  /** Lower bound of how much better the challenger is. */
  readonly better: LowerBoundSnapshot;
}

/** What is kept of rewards that never came. */
export interface GateMissing {
  /** How many. */
  readonly n: number;
  /** Lower bound of how much more often nothing comes of the challenger's choices. */
  readonly more: LowerBoundSnapshot;
  /** The same of the champion's. */
  readonly less: LowerBoundSnapshot;
}

/** The gate between two looks: plain JSON, to be stored and given back. */
export interface GateState {
  /** Version of this shape. */
  readonly v: 2;
  /** The thresholds. */
  readonly thresholds: GateThresholds;
  /** Where the challenger stands. */
  readonly phase: GatePhase;
  /** Which stage of the canary, from 0. */
  readonly stage: number;
  /** Decisions made at this stage. */
  readonly stageDone: number;
  /** Share of the challenger in the decisions from the last look on. */
  readonly play: number;
  /** Usable rows since the last promotion, those without a reward among them. */
  readonly n: number;
  /** Sum over these rows of the challenger's share. */
  readonly played: number;
  /** Sum of the rewards as they were earned, mapped onto `[0, 1]`. */
  readonly rewards: number;
  /** Rewards that never came. */
  readonly missing: GateMissing;
  /** Rows put aside. */
  readonly rejected: Rejections;
  /** Rows in which a weight passed `1 / floor`. */
  readonly underFloor: number;
  /** Champion's weights. */
  readonly champion: GateSums;
  /** Challenger's weights. */
  readonly challenger: GateSums;
  /** What was taken and wanted. */
  readonly support: GateSupport;
  /** Lower bound of the challenger's value less the champion's. */
  readonly better: LowerBoundSnapshot;
  /** Lower bound of the champion's value less the challenger's, since it was first played. */
  readonly worse: LowerBoundSnapshot;
  /** Lower bound of the challenger's value. */
  readonly value: LowerBoundSnapshot;
  /** Guard metrics by name. */
  readonly guards: Readonly<Record<string, GateGuard>>;
}

/** What a look decides. */
export type GateDecision =
  | "wait"
  | "refuse"
  | "start canary"
  | "go on"
  | "hold"
  | "next stage"
  | "promote"
  | "watch"
  | "roll back"
  | "reject"
  | "closed";

/** One condition of the gate at a look. */
export interface GateCheck {
  /** Which: `logging`, `missing`, `a`, `b`, `c`, `d`, `e`, `f` or `budget`. */
  readonly name: string;
  /** What is looked at. */
  readonly what: string;
  /** The number now. */
  readonly value: number;
  /** How the two must stand. */
  readonly must: ">" | ">=" | "<=";
  /** What it is held against. */
  readonly threshold: number;
  /** Whether it holds. For `f` holding means that the challenger is shown to be worse. */
  readonly ok: boolean;
}

/** The verdict of a look, to be read and kept. */
export interface GateVerdict {
  /** Version of this shape. */
  readonly v: 1;
  /** What is decided. */
  readonly decision: GateDecision;
  /** Where the challenger stands now. */
  readonly phase: GatePhase;
  /** Share of the challenger in the decisions from now on; see `mixPolicies`. */
  readonly play: number;
  /** Usable rows since the last promotion. */
  readonly n: number;
  /** How many of them never had a reward. */
  readonly missing: number;
  /** Rows put aside, by reason. */
  readonly rejected: Rejections;
  /**
   * Self-normalised estimates of both values over rows with a reward, in the rewards' unit; absent
   * without weights.
   */
  readonly values?: { readonly champion: number; readonly challenger: number };
  /** Each condition with its numbers. */
  readonly checks: readonly GateCheck[];
  /** Why, in sentences. */
  readonly reasons: readonly string[];
}

/** The champion, and the challenger that wants its place. */
export interface Rivals {
  /** The policy to beat; it must stay the same while a challenger is judged. */
  readonly champion: TargetPolicy;
  /** Fixed before the first row that judges it. The two keep their roles after a promotion. */
  readonly challenger: TargetPolicy;
}

/** What a look gives: the state to store, and the verdict to read. */
export interface GateLook {
  /** For the next look. */
  readonly state: GateState;
  /** What is decided, and why. */
  readonly verdict: GateVerdict;
}
