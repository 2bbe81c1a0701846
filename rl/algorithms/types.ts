import type { VectorEnv } from "../envs/types.ts";
import type { Kernels, Numbers } from "../nn/types.ts";
import type { NeuralPolicy } from "./neural_policy.ts";

/** Options that all learners share. */
export interface ModelOptions {
  /** Numbers of an observation. */
  readonly obsSize: number;
  /** How many actions there are. */
  readonly actions: number;
  /** Widths of the hidden layers, tanh after each. Default 64 and 64. */
  readonly hidden?: readonly number[];
  /** Of first weights, of actions and of shuffles: the same seed gives the same run. Default 1. */
  readonly seed?: number;
  /**
   * Arithmetic of the networks; `fastKernels()` is several times as fast. A run goes on bit for bit
   * only with the kernels it began with. Default the single-precision ones in TypeScript.
   */
  readonly kernels?: Kernels;
}

/** What policies are trained in: a vector of environments, whose steps may take their time. */
export interface TrainEnv extends Omit<VectorEnv, "reset" | "step"> {
  /** Starts every copy anew. */
  reset(seed: number): void | Promise<void>;
  /** Takes one action a copy. */
  step(actions: ArrayLike<number>): void | Promise<void>;
}

/** What one round of acting and learning came to. */
export interface Iteration {
  /** Steps taken, over all copies of the environment. */
  readonly steps: number;
  /** Steps of the optimiser; those that were skipped are not counted. */
  readonly updates: number;
  /** Returns of the episodes that ended, oldest first. */
  readonly returns: readonly number[];
  /** Mean reward of a step; NaN when none was a number. */
  readonly reward: number;
  /** What the learner measured, by name: `loss`, `entropy`, `gradNorm`, `skipped`. */
  readonly stats: Readonly<Record<string, number>>;
}

/** Something that learns by rounds, and whose whole state can be kept: what `train` drives. */
export interface Trainable {
  /** Name of the algorithm: a snapshot of another is refused. */
  readonly kind: string;
  /** The policy as it stands. */
  readonly policy: NeuralPolicy;
  /** Starts the episodes. */
  start(seed: number): void | Promise<void>;
  /** Acts until there is enough to learn from, and learns. */
  iterate(): Promise<Iteration>;
  /** The whole state as plain JSON. */
  snapshot(): unknown;
  /**
   * Takes a state over.
   *
   * @returns whether the run goes on bit for bit; otherwise `start` must be called.
   * @throws {RangeError} when it is damaged or does not fit; nothing has changed then.
   */
  restore(snapshot: unknown): boolean;
}

/** A learner that acts in a {@linkcode TrainEnv}. */
export interface Learner {
  /** Name of the algorithm. */
  readonly kind: string;
  /** The policy as it stands; it goes on changing with the learner. */
  readonly policy: NeuralPolicy;
  /** How many copies of an environment it acts in. */
  readonly nEnvs: number;
  /**
   * Acts until there is enough to learn from, and learns.
   *
   * @throws {RangeError} when the environment is of another size, or observes what is no number.
   * @throws {Error} when ten steps of the optimiser in a row had to be skipped.
   */
  iterate(env: TrainEnv): Promise<Iteration>;
  /** Forgets episodes that were begun, as the environment starts anew. */
  abandon(): void;
  /** Weights, optimiser, random numbers and all else, as plain JSON. */
  snapshot(): unknown;
  /**
   * Reads a state without changing anything yet.
   *
   * @returns what takes it over.
   * @throws {RangeError} when it is damaged or does not fit.
   */
  restore(snapshot: unknown): () => void;
}

/** Rows of logits with the actions that were taken. */
export interface PolicyRows {
  /** How many rows count. */
  rows: number;
  /** One row an observation, one number an action. */
  readonly logits: Numbers;
  /** Where the gradient of the loss goes, of the same shape. */
  readonly logitsGrad: Numbers;
  /** 1 where an action could be taken, of the same shape; absent when all could. */
  readonly mask?: Uint8Array | undefined;
  /** The action of each row. */
  readonly action: Int32Array;
}

/** One decision of a candidate: what language models call a token. */
export interface CandidateStep {
  /** What was known before the decision. */
  readonly obs: ArrayLike<number>;
  /** Index of the action. */
  readonly action: number;
  /** Log-probability it was taken with, as logged then; GRPO needs it. */
  readonly logp?: number;
  /** Actions that could be taken; absent when all could. */
  readonly mask?: readonly boolean[] | undefined;
  /** Whether it is learned from; false for one that was forced from outside. Default true. */
  readonly active?: boolean;
}

/** One of several tries at the same task. */
export interface Candidate {
  /** Its decisions, in order. */
  readonly steps: readonly CandidateStep[];
  /** What it earned: one reward, or one of each kind; null where it is missing. */
  readonly reward: number | null | readonly (number | null)[];
}

/** Tries at the same task from the same state, which are compared with each other. */
export interface CandidateGroup {
  /** The tries. */
  readonly candidates: readonly Candidate[];
}

/** Where groups of candidates come from. */
export interface GroupSource {
  /** Begins from a seed. */
  start(seed: number): void;
  /** Lets a policy make some groups. */
  next(policy: NeuralPolicy): Promise<readonly CandidateGroup[]>;
  /** Its whole state as plain JSON; undefined when it cannot be kept. */
  snapshot(): unknown;
  /**
   * Takes a state over.
   *
   * @throws {RangeError} when it is damaged; nothing has changed then.
   */
  restore(snapshot: unknown): void;
}

/** A learner that compares candidates. */
export interface GroupLearner {
  /** Name of the algorithm. */
  readonly kind: string;
  /** The policy as it stands; it goes on changing with the learner. */
  readonly policy: NeuralPolicy;
  /**
   * Learns from some groups.
   *
   * @returns what it measured, by name: `loss`, `dropped` (groups of equal rewards), `missing`
   * (candidates without a reward), `tokens`, `skipped`.
   * @throws {RangeError} when a group is no such thing; nothing has changed then.
   * @throws {Error} when ten steps of the optimiser in a row had to be skipped.
   */
  update(groups: readonly CandidateGroup[]): Readonly<Record<string, number>>;
  /** Weights, optimiser, random numbers and all else, as plain JSON. */
  snapshot(): unknown;
  /**
   * Reads a state without changing anything yet.
   *
   * @returns what takes it over.
   * @throws {RangeError} when it is damaged or does not fit.
   */
  restore(snapshot: unknown): () => void;
}
