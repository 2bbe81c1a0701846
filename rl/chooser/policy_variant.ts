/** How a variant of the session's policy differs from the one that ships: plain JSON. */
export interface PolicyOptions {
  /** What an outcome's variance is multiplied by: below 1 it learns faster. Default 1. */
  readonly noise?: number;
  /** Variance of a weight that nothing is known of. Default 0.1. */
  readonly variance?: number;
  /** Whether it starts from the prior that ships. Default true. */
  readonly prior?: boolean;
  /** Share of the first choices that try something else than the best. Default the session's. */
  readonly explore?: number;
}

/** A policy by name. */
export interface PolicyVariant {
  /** Letters, digits, `.`, `_` and `-`, up to 60: it stands in the log of decisions. */
  readonly id: string;
  /** How it differs. */
  readonly options: PolicyOptions;
}

/** The policy that ships. */
export const DEFAULT_POLICY: PolicyVariant = { id: "sparse-linear", options: {} };

/**
 * Names how a variant learns: those that only try other shares learn the same.
 *
 * @returns the empty text for the policy that ships.
 */
export function modelName({ noise = 1, variance = 0.1, prior = true }: PolicyOptions): string {
  const differs = [
    ...noise === 1 ? [] : [`noise ${noise}`],
    ...variance === 0.1 ? [] : [`variance ${variance}`],
    ...prior ? [] : ["no prior"],
  ];
  return differs.join(", ");
}

/**
 * What is wrong with a variant that somebody wrote.
 *
 * @returns one clause; undefined when it can be played.
 *
 * @example
 * ```ts
 * import { variantProblem } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * assert.equal(variantProblem({ id: "quick", options: { noise: 0.3 } }), undefined);
 * assert.match(variantProblem({ id: "quick", options: { noise: 0 } })!, /noise 0 of quick/);
 * ```
 */
export function variantProblem(given: PolicyVariant): string | undefined {
  const { id, options } = Object(given) as PolicyVariant;
  if (typeof id !== "string" || !/^[\w.-]{1,60}$/.test(id)) {
    return `the name ${JSON.stringify(id)}: expected up to 60 letters, digits, ., _ and -`;
  }
  if (typeof options !== "object" || options === null) return `${id} has no options`;
  const { noise = 1, variance = 1, prior = true, explore = 0 } = options;
  for (const [name, value] of Object.entries({ noise, variance })) {
    if (!(Number.isFinite(value) && value > 0)) {
      return `${name} ${String(value)} of ${id}: expected a number above 0`;
    }
  }
  if (!(Number.isFinite(explore) && explore >= 0 && explore <= 1)) {
    return `explore ${String(explore)} of ${id}: expected a share from 0 to 1`;
  }
  if (typeof prior !== "boolean") return `prior ${String(prior)} of ${id}: expected true or false`;
}
