import { createRng, type RngState } from "../rng.ts";
import { checkConfig, checkModel } from "./_fallback_checks.ts";

/** Knobs of {@linkcode createFallbackTrainer}, as `model.json` has them. */
export interface FallbackConfig {
  /**
   * Least step towards a reward: until 1/lr rewards of an action its value is their mean. Default
   * 0.001.
   */
  readonly lr: number;
  /** Share of random choices at the start. Default 0.1. */
  readonly epsilon: number;
  /** What epsilon is multiplied by every `update` steps. Default 0.995. */
  readonly decay: number;
  /** Least epsilon. Default 0.01. */
  readonly min: number;
  /**
   * Kept in the file for trainers with states; this one has none and does not use it. Default 0.95.
   */
  readonly gamma: number;
  /** As `gamma`: each reward teaches once, at once. Default 32. */
  readonly batch: number;
  /** Most transitions that are remembered. Default 10,000. */
  readonly memory: number;
  /** Steps between two decays of epsilon. Default 100. */
  readonly update: number;
  /** Steps between two calls of `save`. Default 1,000. */
  readonly save: number;
}

/** The whole state: what `model.json` holds. */
export interface FallbackModel {
  /** The knobs. */
  readonly config: FallbackConfig;
  /** What was learned. */
  readonly policy: {
    /** What each action is believed to be worth. */
    readonly action_values: Readonly<Record<string, number>>;
    /** How often each was rewarded. */
    readonly action_counts: Readonly<Record<string, number>>;
    /** Share of random choices now. */
    readonly epsilon: number;
  };
  /** How far the training is. */
  readonly training: {
    /** Episodes that ended. */
    readonly episode_count: number;
    /** Steps of all episodes. */
    readonly step_count: number;
    /** Of all episodes. */
    readonly total_reward: number;
    /** Of the episode that is running. */
    readonly episode_reward: number;
    /** Steps of the episode that is running. */
    readonly episode_step: number;
  };
  /** Where the random numbers stand. */
  readonly rng: RngState;
}

/** A step as it is remembered. */
export interface Transition {
  /** Where the action was taken. */
  readonly state: unknown;
  /** Name of the action. */
  readonly action: string;
  /** What it brought. */
  readonly reward: number;
  /** Where it led. */
  readonly next: unknown;
  /** Whether the episode ended. */
  readonly done: boolean;
}

/** What a step within an episode tells. */
export interface FallbackStep {
  /** Steps of this episode. */
  readonly step: number;
  /** Of this step. */
  readonly reward: number;
  /** Share of random choices now. */
  readonly epsilon: number;
  /** Rewards of this episode so far. */
  readonly total_reward: number;
}

/** What the last step of an episode tells. */
export interface FallbackEpisode {
  /** How many episodes have ended. */
  readonly episode: number;
  /** Steps of this episode. */
  readonly step: number;
  /** Total of this episode. */
  readonly reward: number;
  /** Share of random choices now. */
  readonly epsilon: number;
  /** What each action is believed to be worth. */
  readonly action_values: Readonly<Record<string, number>>;
  /** Transitions that are remembered. */
  readonly memory_size: number;
}

/** Learns values of actions without any model. */
export interface FallbackTrainer {
  /**
   * Picks an action: with probability epsilon any, patch, run_tests, lint, build and shell_run
   * before others; else the one worth most, of equals the first.
   *
   * @returns `"plan"` when there are no actions.
   */
  selectAction(state: unknown, actions: readonly string[]): string;
  /**
   * Learns the reward of an action.
   *
   * @throws {RangeError} when the reward is not finite or the action has no name; nothing changes.
   */
  trainStep(
    state: unknown,
    action: string,
    reward: number,
    next: unknown,
    done: boolean,
  ): FallbackStep | FallbackEpisode;
  /** The last transitions, oldest first. */
  memory(): readonly Transition[];
  /** The whole state. */
  model(): FallbackModel;
}

/** What {@linkcode createFallbackTrainer} takes. */
export interface FallbackTrainerOptions {
  /** Knobs that differ from their defaults. */
  readonly config?: Partial<FallbackConfig>;
  /** Seed of the choices. Default 0. */
  readonly seed?: number;
  /** The state to go on from, as parsed from `model.json`. Default a fresh one. */
  readonly from?: unknown;
  /** Keeps the state every `config.save` steps; write it beside the old one and rename. */
  readonly save?: (model: FallbackModel) => void;
}

const DEFAULTS: FallbackConfig = {
  lr: 0.001,
  epsilon: 0.1,
  decay: 0.995,
  min: 0.01,
  gamma: 0.95,
  batch: 32,
  memory: 10_000,
  update: 100,
  save: 1_000,
};

/** What exploring tries first. */
const PREFERRED = ["patch", "run_tests", "lint", "build", "shell_run"];

/** Most actions that values are kept of: names come from outside. */
const MAX_ACTIONS = 10_000;

/**
 * The trainer where no neural network is wanted: ε-greedy over running means,
 * Q ← Q + max(1/n, lr)·(r − Q), for all states together.
 *
 * Source: Sutton and Barto, "Reinforcement Learning", 2nd edition, equations 2.3 and 2.5.
 *
 * @throws {RangeError} when a knob or the state to go on from is out of range.
 *
 * @example
 * ```ts
 * import { createFallbackTrainer } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const trainer = createFallbackTrainer({ config: { epsilon: 0, min: 0 } });
 * assert.equal(trainer.selectAction({}, []), "plan");
 * trainer.trainStep({}, "lint", 0.2, {}, false);
 * trainer.trainStep({}, "run_tests", 0.9, {}, true);
 * assert.equal(trainer.selectAction({}, ["lint", "run_tests"]), "run_tests");
 * const same = createFallbackTrainer({ from: trainer.model() });
 * assert.deepEqual(same.model(), trainer.model());
 * ```
 */
export function createFallbackTrainer(options: FallbackTrainerOptions = {}): FallbackTrainer {
  const from = options.from === undefined ? undefined : checkModel(options.from);
  const config = checkConfig({ ...DEFAULTS, ...from?.config, ...options.config });
  const rng = createRng(from?.rng ?? options.seed ?? 0);
  const values = new Map(Object.entries(from?.policy.action_values ?? {}));
  const counts = new Map(Object.entries(from?.policy.action_counts ?? {}));
  let epsilon = options.config?.epsilon ?? from?.policy.epsilon ?? config.epsilon;
  let { episode_count, step_count, total_reward, episode_reward, episode_step } = from?.training ??
    { episode_count: 0, step_count: 0, total_reward: 0, episode_reward: 0, episode_step: 0 };
  const memory: Transition[] = [];
  let oldest = 0;

  function remember(transition: Transition): void {
    if (memory.length < config.memory) memory.push(transition);
    else if (config.memory > 0) {
      memory[oldest] = transition;
      oldest = (oldest + 1) % config.memory;
    }
  }

  function model(): FallbackModel {
    return {
      config,
      policy: {
        action_values: Object.fromEntries(values),
        action_counts: Object.fromEntries(counts),
        epsilon,
      },
      training: { episode_count, step_count, total_reward, episode_reward, episode_step },
      rng: rng.state(),
    };
  }

  return {
    selectAction(_state, actions) {
      if (actions.length === 0) return "plan";
      if (rng.float() < epsilon) {
        const first = PREFERRED.filter((name) => actions.includes(name));
        const pool = first.length > 0 ? first : actions;
        return pool[rng.int(pool.length)]!;
      }
      return actions.reduce((best, name) =>
        (values.get(name) ?? 0) > (values.get(best) ?? 0) ? name : best
      );
    },
    trainStep(state, action, reward, next, done) {
      if (!Number.isFinite(reward)) {
        throw new RangeError(`a reward of ${reward}; expected a finite number`);
      }
      if (typeof action !== "string" || action === "") {
        throw new RangeError("an action without a name");
      }
      if (!values.has(action) && values.size >= MAX_ACTIONS) {
        throw new RangeError(
          `${MAX_ACTIONS} actions are known already; "${action}" is one too many`,
        );
      }
      const n = (counts.get(action) ?? 0) + 1;
      const old = values.get(action) ?? 0;
      counts.set(action, n);
      values.set(action, old + Math.max(1 / n, config.lr) * (reward - old));
      remember({ state, action, reward, next, done });
      step_count++;
      episode_step++;
      total_reward += reward;
      episode_reward += reward;
      if (step_count % config.update === 0) {
        epsilon = Math.max(config.min, epsilon * config.decay);
      }
      const [step, total] = [episode_step, episode_reward];
      if (done) {
        episode_count++;
        episode_reward = 0;
        episode_step = 0;
      }
      if (step_count % config.save === 0) options.save?.(model());
      return done
        ? {
          episode: episode_count,
          step,
          reward: total,
          epsilon,
          action_values: Object.fromEntries(values),
          memory_size: memory.length,
        }
        : { step, reward, epsilon, total_reward: total };
    },
    memory: () => [...memory.slice(oldest), ...memory.slice(0, oldest)],
    model,
  };
}
