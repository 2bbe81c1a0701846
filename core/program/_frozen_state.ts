import { UserError } from "../errors.ts";
import type { PredictorState } from "./state.ts";

/**
 * A frozen copy of what is learned, so that nobody's later change reaches a program.
 *
 * @throws {UserError} `usage` for what is not of this shape.
 */
export function frozenState(state: PredictorState): PredictorState {
  const { instructions, demos } = state ?? {};
  const sound = typeof instructions === "string" && Array.isArray(demos) &&
    demos.every((demo) => typeof demo === "object" && demo !== null && !Array.isArray(demo));
  if (!sound) {
    throw new UserError("usage", "a predictor's state is { instructions: text, demos: objects }", {
      hint: "take it from state() or from a saved program",
    });
  }
  return freeze(JSON.parse(JSON.stringify({ instructions, demos })));
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const item of Object.values(value)) freeze(item);
    Object.freeze(value);
  }
  return value;
}
