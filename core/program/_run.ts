import { NO_USAGE } from "../lm/usage.ts";
import type { Context } from "./context.ts";
import { namesOf } from "./_parts.ts";
import type { Prediction } from "./prediction.ts";
import { joinSignals, type Meter, type Scope, SCOPES } from "./_scope.ts";

/** Runs a module in a scope of its own, and adds what it took to what it gives. */
export async function runIn<I, O>(
  module: { forward(input: I): Promise<O> },
  input: I,
  context?: Context,
): Promise<Prediction<O>> {
  const outer = SCOPES.getStore();
  const meter: Meter = { usage: NO_USAGE, replies: [], truncated: false, outer: outer?.meter };
  const scope = scopeOf(module, outer, context, meter);
  scope.signal?.throwIfAborted();
  return withInfo(await SCOPES.run(scope, () => module.forward(input)), meter);
}

function scopeOf(
  module: object,
  outer: Scope | undefined,
  context: Context | undefined,
  meter: Meter,
): Scope {
  // A module inside a running program keeps the name that it has there.
  const names = outer?.names?.has(module) ? outer.names : namesOf(module);
  if (outer === undefined) return { ...context, names, meter };
  if (context === undefined) return { ...outer, names, meter };
  const signal = joinSignals(outer.signal, context.signal);
  return {
    ...outer,
    ...context,
    ...signal && { signal },
    ...outer.params && context.params && { params: { ...outer.params, ...context.params } },
    names,
    meter,
  };
}

/** The run's own object or, when that is another run's prediction, a copy: each has its own count. */
function withInfo<O>(output: O, { usage, replies, truncated }: Meter): Prediction<O> {
  if (typeof output !== "object" || output === null) return output as Prediction<O>;
  const taken = Object.hasOwn(output, "$") || !Object.isExtensible(output);
  const own = !taken ? output : Array.isArray(output) ? [...output] : { ...output };
  const info = truncated ? { usage, replies, truncated } : { usage, replies };
  return Object.defineProperty(own, "$", { value: info, configurable: true }) as Prediction<O>;
}
