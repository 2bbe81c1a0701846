import type { LMError } from "../lm/lm_error.ts";
import type { LMResponse, LMUsage } from "../lm/types.ts";
import type { ParseError } from "./parse_error.ts";
import type { Signature } from "./signature.ts";

/** Why a call was made: at first, after a parse failure, or after the server refused a schema. */
export type StepReason = "first" | "fallback" | "repair" | "schema refused";

/** One call of a model, as the program sees it. */
export interface Step {
  /** Which predictor asked, by its name in `state()`. */
  readonly predictor: string;
  /** What it was to do. */
  readonly signature: Signature;
  /** Checked values by input field. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Name of the adapter. */
  readonly adapter: string;
  /** Why the call was made. */
  readonly reason: StepReason;
  /** Values by output field, if the reply gave them. */
  readonly output?: Readonly<Record<string, unknown>>;
  /** What went wrong, if something did. */
  readonly error?: ParseError | LMError;
  /** The reply as it came, if one came. */
  readonly reply?: LMResponse;
  /** What the call took. */
  readonly usage: LMUsage;
  /** Milliseconds it took. */
  readonly ms: number;
}

/** The last steps of a run, in order. */
export interface Trace {
  /** The steps that are kept, oldest first. */
  readonly steps: readonly Step[];
  /** How many older ones were let go. */
  readonly dropped: number;
  /** Adds one; the oldest goes when there are too many. */
  add(step: Step): void;
}

/** Options of {@linkcode createTrace}. */
export interface TraceOptions {
  /** Steps kept at most. Default 1,000. */
  readonly limit?: number;
}

/**
 * A trace that cannot outgrow memory.
 *
 * @example
 * ```ts
 * import { createTrace } from "@dspy/code/core/program";
 *
 * const trace = createTrace({ limit: 100 });
 * console.assert(trace.steps.length === 0 && trace.dropped === 0);
 * ```
 */
export function createTrace({ limit = 1_000 }: TraceOptions = {}): Trace {
  const ring: Step[] = [];
  let dropped = 0;
  return {
    get steps(): readonly Step[] {
      const oldest = dropped % limit;
      return [...ring.slice(oldest), ...ring.slice(0, oldest)];
    },
    get dropped(): number {
      return dropped;
    },
    add(step: Step): void {
      if (ring.length < limit) ring.push(step);
      else ring[dropped++ % limit] = step;
    },
  };
}
