import { createCooldown } from "../bandits/cooldown.ts";
import {
  type AggregatedReward,
  type AggregateOptions,
  aggregateReward,
} from "../verifiers/aggregate_reward.ts";
import type { ActionResult, Verifier } from "../verifiers/types.ts";
import { DEFAULT_VERIFIERS } from "../verifiers/verifiers.ts";
import { DEFAULT_RL_CONFIG } from "./rl_config.ts";
import { rewardOptions } from "./reward_options.ts";
import { TOOL_ACTIONS, toolAction, type ToolActionName } from "./tool_action.ts";

/** Arguments of one action. */
export type ToolArgs = Readonly<Record<string, unknown>>;

/**
 * Does an action for real. What it rejects with, a step rejects with: an action that could not be
 * done at all earns nothing, not 0.
 */
export type ToolExecutor = (
  action: ToolActionName,
  args: ToolArgs,
  signal: AbortSignal,
) => ActionResult | Promise<ActionResult>;

/** What stands beside an observation. */
export interface ToolStepInfo {
  /** Name of the action. */
  readonly tool: string;
  /** Raw scores by kind; null where a verifier does not apply. */
  readonly verifier_scores: Readonly<Record<string, number | null>>;
  /** Whether the action did what it was for. */
  readonly ok: boolean;
}

/** What a step gives. */
export type ToolStep = readonly [
  /** Scaled values of the verifiers, then the context. */
  obs: Float64Array,
  reward: number,
  /** The episode has as many steps as it is to have. */
  terminated: boolean,
  /** Always false: it has no other limit. */
  truncated: boolean,
  info: ToolStepInfo,
];

/** What {@linkcode createToolEnv} takes. */
export interface ToolEnvOptions {
  /** Score a result. Default {@linkcode DEFAULT_VERIFIERS}. */
  readonly verifiers?: readonly Verifier[];
  /** Makes a reward of scores. Default {@linkcode aggregateReward}. */
  readonly rewardFn?: (
    result: ActionResult,
    verifiers: readonly Verifier[],
    options: AggregateOptions,
  ) => AggregatedReward;
  /** How scores are put together. Default as {@linkcode DEFAULT_RL_CONFIG} says. */
  readonly reward?: AggregateOptions;
  /** By kind, instead of those in `reward`. */
  readonly weights?: Readonly<Record<string, number>>;
  /** Features of the moment; needs `contextSize`. Default none. */
  readonly contextProvider?: () => ArrayLike<number> | Promise<ArrayLike<number>>;
  /** How many features `contextProvider` gives. Default 0. */
  readonly contextSize?: number;
  /** Arguments by action. Default none. */
  readonly actionArgs?: Readonly<Partial<Record<ToolActionName, ToolArgs>>>;
  /** Actions in their order, as {@linkcode toolAction} takes them. Default all nine. */
  readonly allowedActions?: Iterable<unknown>;
  /** Steps of an episode. Default 1. */
  readonly episodeLen?: number;
  /** Milliseconds that an action rests after it was taken, by name. Default none. */
  readonly cooldownMs?: Readonly<Partial<Record<ToolActionName, number>>>;
  /** The clock for `cooldownMs`, in milliseconds. Default `Date.now`. */
  readonly now?: () => number;
}

/** An environment whose actions are real tools. */
export interface RLToolEnv {
  /** Names of the actions; a step takes an index into them. */
  readonly actionNames: readonly ToolActionName[];
  /** Numbers of an observation. */
  readonly obsSize: number;
  /** Starts an episode: zeros for the verifiers, then the context. */
  reset(): Promise<readonly [obs: Float64Array, info: { readonly t: 0 }]>;
  /**
   * Takes an action.
   *
   * @param signal ends it. Default nothing does.
   * @throws {RangeError} when there is no such action, or a context or reward is not finite.
   * @throws {Error} when the episode has ended, has not begun, or a step is still running.
   */
  step(action: number, signal?: AbortSignal): Promise<ToolStep>;
  /** Which actions may be taken now: those that do not rest. */
  mask(): boolean[];
}

/**
 * An environment whose actions run tools. What happens is up to the executor:
 * {@linkcode createSessionExecutor} runs them in a session, behind its gate.
 *
 * @throws {RangeError} when an action is unknown or stands twice, none is left, or a number is out
 * of range.
 *
 * @example
 * ```ts
 * import { createToolEnv } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const env = createToolEnv((tool) => ({ tool, ok: true, metrics: { pass_rate: 0.75 } }), {
 *   allowedActions: ["tests", "lint"],
 * });
 * await env.reset();
 * const [obs, reward, terminated, , info] = await env.step(0);
 * assert.deepEqual([reward, terminated, info.tool], [0.75, true, "run_tests"]);
 * assert.equal(obs[0], 0.75);
 * ```
 */
export function createToolEnv(executor: ToolExecutor, options: ToolEnvOptions = {}): RLToolEnv {
  const {
    verifiers = DEFAULT_VERIFIERS,
    rewardFn = aggregateReward,
    reward = rewardOptions(DEFAULT_RL_CONFIG),
    weights = reward.weights,
    contextProvider = () => [],
    contextSize = 0,
    actionArgs = {},
    allowedActions = TOOL_ACTIONS,
    episodeLen = 1,
    cooldownMs = {},
    now = Date.now,
  } = options;
  const actionNames = [...allowedActions].map(toolAction);
  if (actionNames.length === 0) throw new RangeError("no action is allowed; allow at least one");
  const twice = actionNames.find((name, i) => actionNames.indexOf(name) !== i);
  if (twice !== undefined) throw new RangeError(`the action "${twice}" is allowed twice`);
  for (const [name, value] of Object.entries({ episodeLen, contextSize })) {
    if (!Number.isSafeInteger(value) || value < (name === "episodeLen" ? 1 : 0)) {
      throw new RangeError(`"${name}" is ${value}; expected a whole number`);
    }
  }
  const put: AggregateOptions = { ...reward, ...(weights ? { weights } : {}) };
  const resting = createCooldown(actionNames, { ms: cooldownMs, now });
  const obsSize = verifiers.length + contextSize;
  let t = episodeLen;
  let busy = false;

  async function observe(values: ArrayLike<number>): Promise<Float64Array> {
    const context = await contextProvider();
    if (values.length !== verifiers.length || context.length !== contextSize) {
      throw new RangeError(
        `an observation of ${values.length} values and ${context.length} features; expected ` +
          `${verifiers.length} and ${contextSize}`,
      );
    }
    const obs = new Float64Array(obsSize);
    obs.set(values);
    obs.set(context, verifiers.length);
    const bad = obs.findIndex((x) => !Number.isFinite(x));
    if (bad >= 0) throw new RangeError(`number ${bad} of the observation is ${obs[bad]}`);
    return obs;
  }

  return {
    actionNames,
    obsSize,
    async reset() {
      if (busy) throw new Error("a step is running; await it first");
      const obs = await observe(new Float64Array(verifiers.length));
      t = 0;
      return [obs, { t: 0 }];
    },
    async step(action, signal = never()) {
      const tool = actionNames[action];
      if (tool === undefined) {
        throw new RangeError(`no action ${action}; expected 0 to ${actionNames.length - 1}`);
      }
      if (busy) throw new Error("a step is running; await it first");
      if (t >= episodeLen) throw new Error("no episode is running; reset() first");
      busy = true;
      try {
        resting.used(action);
        const result = await executor(tool, actionArgs[tool] ?? {}, signal);
        const [earned, values, details] = rewardFn(result, verifiers, put);
        if (!Number.isFinite(earned)) throw new RangeError(`a reward of ${earned} for "${tool}"`);
        const obs = await observe(values);
        t++;
        const info = { tool, verifier_scores: details, ok: result.ok };
        return [obs, earned, t >= episodeLen, false, info];
      } finally {
        busy = false;
      }
    },
    mask: () => resting.mask(),
  };
}

function never(): AbortSignal {
  return new AbortController().signal;
}
