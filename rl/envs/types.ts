/** What came of a step. */
export interface StepResult {
  /** Observation after the step. The same buffer may be used again at the next step: copy to keep. */
  readonly obs: Float64Array;
  /** What the step earned; a finite number. */
  readonly reward: number;
  /** The task itself ended: nothing follows, whatever the policy. */
  readonly terminated: boolean;
  /**
   * A limit of time ended it: a value function is asked what would have followed. Never true
   * together with `terminated`: a task that ends at its last step ended by itself.
   */
  readonly truncated: boolean;
  /** Actions that may be taken next; absent when all may. */
  readonly mask?: readonly boolean[];
}

/** What an environment is like. */
export interface EnvSpec {
  /** Numbers of an observation. */
  readonly obsSize: number;
  /** Discrete actions, from 0; for a continuous action 1. */
  readonly actions: number;
  /** Whether an action is one real number instead of an index. Default false. */
  readonly continuous?: boolean;
}

/** An environment that answers at once. */
export interface Env {
  /** Its sizes. */
  readonly spec: EnvSpec;
  /**
   * Starts an episode.
   *
   * @param seed makes the episode reproducible; without one the numbers go on from the last seed.
   * @returns the first observation; the same buffer may be used again at the next step.
   */
  reset(seed?: number): Float64Array;
  /**
   * Takes an action.
   *
   * @throws {RangeError} when there is no such action or the episode has ended.
   */
  step(action: number): StepResult;
  /** Actions that may be taken now; absent when all may, always. */
  mask?(): readonly boolean[];
  /** The whole state as plain JSON, random numbers included; absent when it cannot be kept. */
  snapshot?(): unknown;
  /**
   * Takes a state over.
   *
   * @throws {RangeError} when it is damaged, of another environment or of an unknown version; the
   * environment is then as it was.
   */
  restore?(snapshot: unknown): void;
}

/** An environment whose whole state is a row of numbers that can be read, set and kept. */
export interface StateEnv extends Env {
  /** The state in double precision, as a copy. */
  state(): Float64Array;
  /**
   * Starts an episode in a given state.
   *
   * @param steps how many steps the episode has behind it, for its limit of time. Default 0.
   * @returns the observation of that state.
   * @throws {RangeError} unless an episode can go on in such a state: its size, its limits.
   */
  setState(state: ArrayLike<number>, steps?: number): Float64Array;
  /** The whole state as plain JSON, random numbers included. */
  snapshot(): unknown;
  /**
   * Takes a state over.
   *
   * @throws {RangeError} as of an `Env`.
   */
  restore(snapshot: unknown): void;
}

/** Options of the environments of classic control. */
export interface ClassicOptions {
  /** Steps after which an episode is cut off (`truncated`); may be Infinity. Default as published. */
  readonly maxSteps?: number;
  /** Seed of the first episode when `reset` gets none. Default 0. */
  readonly seed?: number;
}

/**
 * Many copies of an environment, as arrays: no object is made at a step. An episode that ends starts
 * anew at once; its last observation is kept in `finalObs`.
 */
export interface VectorEnv {
  /** Its sizes. */
  readonly spec: EnvSpec;
  /** How many copies. */
  readonly n: number;
  /** Observations after the last step or reset, one row of `spec.obsSize` a copy. */
  readonly obs: Float32Array;
  /** Of the last step. */
  readonly reward: Float64Array;
  /** 1 where the episode ended by itself at the last step. */
  readonly terminated: Uint8Array;
  /** 1 where a limit of time ended it. */
  readonly truncated: Uint8Array;
  /** The observation an episode ended with, valid where one of the two above is 1. */
  readonly finalObs: Float32Array;
  /**
   * 1 where an action may be taken next, one row of `spec.actions` a copy; absent when all may,
   * always.
   */
  readonly mask?: Uint8Array;
  /** Starts every copy anew; the same seed gives the same numbers. */
  reset(seed: number): void;
  /**
   * Takes one action a copy.
   *
   * @throws {RangeError} when an action is missing or there is no such action; no copy has moved.
   */
  step(actions: ArrayLike<number>): void;
  /** Undiscounted returns of the episodes that ended since this was last asked, oldest first. */
  takeReturns(): number[];
  /** The whole state as plain JSON, so that a run can go on bit for bit. */
  snapshot(): unknown;
  /**
   * Takes a state over.
   *
   * @throws {RangeError} when it is damaged, of another environment or of an unknown version;
   * nothing has changed then.
   */
  restore(snapshot: unknown): void;
}

/**
 * An environment that takes its time: a tool, a build, a worker. An `Env` fits too. Observations and
 * masks are copied as soon as they are given, so that buffers may be used again.
 */
export interface SlowEnv {
  /** Its sizes. */
  readonly spec: EnvSpec;
  /**
   * Starts an episode.
   *
   * @param seed as for an `Env`.
   * @param signal aborted when the pool stops: end the work soon, in whatever way.
   */
  reset(seed: number | undefined, signal: AbortSignal): Float64Array | Promise<Float64Array>;
  /** Takes an action; `signal` as for `reset`. */
  step(action: number, signal: AbortSignal): StepResult | Promise<StepResult>;
  /** Actions that may be taken now; absent when all may, always. */
  mask?(): readonly boolean[];
  /** Called once when the pool stops, right after the signal, perhaps amid a step: ends a worker. */
  close?(): void | Promise<void>;
}

/** What an environment of a pool came to. */
export type PoolResult =
  /** An episode began. */
  | {
    readonly kind: "start";
    /** Which environment, from 0. */
    readonly env: number;
    /** Whether it waits for an action. */
    readonly ready: true;
    readonly obs: Float64Array;
    readonly mask?: readonly boolean[];
  }
  /** A step was taken. After a last one `start` follows by itself. */
  | {
    readonly kind: "step";
    readonly env: number;
    /** Whether it waits for an action: not when the episode ended. */
    readonly ready: boolean;
    /** Observation after the step; of an ended episode the last one. */
    readonly obs: Float64Array;
    readonly reward: number;
    readonly terminated: boolean;
    /** Never together with `terminated`. */
    readonly truncated: boolean;
    readonly mask?: readonly boolean[];
  }
  /** It threw, or gave a number that is not finite: it rests until `reset`. */
  | {
    readonly kind: "failed";
    readonly env: number;
    readonly ready: false;
    readonly error: unknown;
  };

/** How a pool ended. */
export interface PoolEnd {
  /** Results that no `recv` has taken, oldest first, with those that came while it stopped. */
  readonly left: readonly PoolResult[];
  /** Environments that were still at work when the grace was over. */
  readonly stuck: readonly number[];
  /** What `close` threw. */
  readonly errors: readonly unknown[];
}

/** Options of a pool. */
export interface PoolOptions {
  /** Each environment gets a seed of its own, drawn from this one. Default 0. */
  readonly seed?: number;
  /** Stops the pool when aborted. */
  readonly signal?: AbortSignal;
  /** Milliseconds that `stop` waits for environments at work. Default 1000. */
  readonly graceMs?: number;
}

/** Slow environments at work at the same time. */
export interface EnvPool {
  /** How many environments. */
  readonly n: number;
  /**
   * Takes one action in each of these environments, and returns at once.
   *
   * @throws {RangeError} when there is no such environment or action, or one is not ready: nothing
   * was sent then.
   * @throws the reason of the stop after one.
   */
  send(envs: ArrayLike<number>, actions: ArrayLike<number>): void;
  /**
   * Waits for at least so many results, and gives all there are, in the order they came.
   *
   * @param minBatch Default 1.
   * @param signal gives up waiting; no result is lost.
   * @throws {RangeError} when fewer environments are at work, so that it would wait for ever.
   * @throws {Error} when another `recv` is waiting.
   * @throws the reason of the stop when the pool stops or has stopped.
   */
  recv(minBatch?: number, signal?: AbortSignal): Promise<readonly PoolResult[]>;
  /**
   * Starts an episode anew; the `start` comes as a result.
   *
   * @throws {RangeError} when there is no such environment or it is at work.
   * @throws the reason of the stop after one.
   */
  reset(env: number, seed?: number): void;
  /** Stops for good: aborts what is at work and waits for it, for a while. Never rejects. */
  stop(): Promise<PoolEnd>;
}
