import { TOOL_ACTIONS, toolAction, type ToolActionName } from "./tool_action.ts";

/** What `.dspy_rl.json` holds; `rl config init` writes {@linkcode DEFAULT_RL_CONFIG}. */
export interface RLConfig {
  /** Name of the bandit, as `makeBandit` takes it. Default `epsilon-greedy`. */
  readonly policy: string;
  /** Share of random choices, from 0 to 1. Default 0.1. */
  readonly epsilon: number;
  /** Width of UCB's bonus, from 0. Default 2. */
  readonly ucb_c: number;
  /** Environments side by side, from 1 to 64. Default 4. */
  readonly n_envs: number;
  /** What may be done. Default run_tests, lint, build, patch. */
  readonly actions: readonly ToolActionName[];
  /** By kind of verifier, from 0. Default pass_rate 1, blast_radius 1. */
  readonly weights: Readonly<Record<string, number>>;
  /** Kinds that only lower the reward. Default blast_radius. */
  readonly penalty_kinds: readonly string[];
  /** Kinds that are brought into [0, 1]. Default pass_rate. */
  readonly clamp01_kinds: readonly string[];
  /** Raw scores that become 0 and 1. Default blast_radius [0, 1]. */
  readonly scales: Readonly<Record<string, readonly [low: number, high: number]>>;
  /** ES module that exports `getVerifiers()`. Default `verifiers`. */
  readonly verifiers_module: string;
}

/** The configuration without a file. */
export const DEFAULT_RL_CONFIG: RLConfig = {
  policy: "epsilon-greedy",
  epsilon: 0.1,
  ucb_c: 2,
  n_envs: 4,
  actions: ["run_tests", "lint", "build", "patch"],
  weights: { pass_rate: 1, blast_radius: 1 },
  penalty_kinds: ["blast_radius"],
  clamp01_kinds: ["pass_rate"],
  scales: { blast_radius: [0, 1] },
  verifiers_module: "verifiers",
};

const READERS: { readonly [K in keyof RLConfig]: (value: unknown) => RLConfig[K] } = {
  policy: text,
  epsilon: (value) => number(value, 0, 1),
  ucb_c: (value) => number(value, 0, 1e6),
  n_envs: (value) => whole(value, 1, 64),
  actions,
  weights: (value) => record(value, (one) => number(one, 0, 1e6)),
  penalty_kinds: (value) => list(value, text),
  clamp01_kinds: (value) => list(value, text),
  scales: (value) => record(value, scale),
  verifiers_module: text,
};

/**
 * Reads a configuration: JSON text, or a value already parsed. `{ "config": {...} }`, as a sweep
 * leaves it, is taken for what is in it; what is left out gets its default.
 *
 * @throws {RangeError} naming the key, what stands there and what is expected.
 *
 * @example
 * ```ts
 * import { parseRLConfig } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const config = parseRLConfig('{ "epsilon": 0.2, "actions": ["tests", "lint"] }');
 * assert.deepEqual([config.epsilon, config.n_envs], [0.2, 4]);
 * assert.deepEqual(config.actions, ["run_tests", "lint"]);
 * assert.throws(() => parseRLConfig('{ "epsilon": 2 }'), /"epsilon": 2; expected .* 0 to 1/);
 * ```
 */
export function parseRLConfig(source: unknown): RLConfig {
  const value = typeof source === "string" ? parse(source) : source;
  const outer = object(value, "a configuration");
  const given = Object.keys(outer).length === 1 && Object.hasOwn(outer, "config")
    ? object(outer.config, '"config"')
    : outer;
  const read: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(READERS, key)) {
      const known = Object.keys(READERS).join(", ");
      throw new RangeError(`no key ${JSON.stringify(key)}; expected some of ${known}`);
    }
    try {
      read[key] = READERS[key as keyof RLConfig](value);
    } catch (error) {
      if (!(error instanceof Expected)) throw error;
      throw new RangeError(
        `${JSON.stringify(key)}: ${JSON.stringify(value)}; expected ${error.message}`,
      );
    }
  }
  return { ...DEFAULT_RL_CONFIG, ...read };
}

/** Says what was expected; the caller knows where. */
class Expected extends Error {}

function parse(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    throw new RangeError(`not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function object(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new RangeError(`${what} must be an object; found ${JSON.stringify(value)}`);
  }
  return value as Record<string, unknown>;
}

function text(value: unknown): string {
  if (typeof value === "string" && value.trim() !== "") return value;
  throw new Expected("text that is not empty");
}

function number(value: unknown, low: number, high: number): number {
  if (typeof value === "number" && value >= low && value <= high) return value;
  throw new Expected(`a number from ${low} to ${high}`);
}

function whole(value: unknown, low: number, high: number): number {
  if (Number.isInteger(value)) return number(value, low, high);
  throw new Expected(`a whole number from ${low} to ${high}`);
}

function list<T>(value: unknown, read: (one: unknown) => T): T[] {
  if (!Array.isArray(value)) throw new Expected("a list");
  return value.map(read);
}

function actions(value: unknown): ToolActionName[] {
  const expected = `a list of actions, each once, of ${TOOL_ACTIONS.join(", ")}`;
  try {
    const names = list(value, toolAction);
    if (names.length > 0 && new Set(names).size === names.length) return names;
  } catch {
    // Said below.
  }
  throw new Expected(expected);
}

function record<T>(value: unknown, read: (one: unknown) => T): Record<string, T> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Expected("an object");
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, read(one)]));
}

function scale(value: unknown): readonly [number, number] {
  if (Array.isArray(value) && value.length === 2 && value.every(Number.isFinite)) {
    return [value[0], value[1]];
  }
  throw new Expected("two finite numbers [low, high] for each kind");
}
