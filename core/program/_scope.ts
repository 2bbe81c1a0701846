import { AsyncLocalStorage } from "node:async_hooks";
import type { LMResponse, LMUsage } from "../lm/types.ts";
import { addUsage } from "../lm/usage.ts";
import type { Context } from "./context.ts";

/** A context with what the run keeps track of. */
export interface Scope extends Context {
  /** Names of predictors and modules in the program that is run. */
  readonly names?: ReadonlyMap<object, string>;
  /** Counts what the run takes. */
  readonly meter?: Meter;
}

/** What a run took, counted for the runs around it as well. */
export interface Meter {
  usage: LMUsage;
  readonly replies: LMResponse[];
  truncated: boolean;
  readonly outer: Meter | undefined;
}

/** The scope that code runs in, carried along by promises. */
export const SCOPES: AsyncLocalStorage<Scope> = new AsyncLocalStorage();

/** What holds where no scope says otherwise; changed by `configure` alone. */
export const outermost: { -readonly [K in keyof Context]: Context[K] } = {};

/** Runs something in which predictors and modules have these names. */
export function named<T>(names: ReadonlyMap<object, string>, work: () => T): T {
  return SCOPES.run({ ...SCOPES.getStore(), names }, work);
}

/** One signal for both; the same one when there is only one. */
export function joinSignals(
  outer: AbortSignal | undefined,
  inner: AbortSignal | undefined,
): AbortSignal | undefined {
  if (outer === undefined || outer === inner) return inner;
  return inner === undefined ? outer : AbortSignal.any([outer, inner]);
}

/** Counts a reply in a meter and all around it. */
export function count(meter: Meter | undefined, reply: LMResponse): void {
  for (let at = meter; at !== undefined; at = at.outer) {
    at.usage = addUsage(at.usage, reply.usage);
    at.replies.push(reply);
  }
}
