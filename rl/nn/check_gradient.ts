/** Options of {@linkcode checkGradient}. */
export interface CheckGradientOptions {
  /** Half the distance of the two points of a difference. Default 1e-5. */
  readonly step?: number;
  /** Parts of the gradient below this are compared by their difference alone. Default 1e-5. */
  readonly floor?: number;
}

/**
 * Compares a gradient with central differences of its loss, one parameter after another:
 * `|g - d| / max(|g|, |d|, floor)`. To be used in double precision, away from the kinks of a loss.
 *
 * Source: Goodfellow, Bengio, Courville, "Deep Learning", section 11.5 (debugging strategies).
 *
 * @param evaluate computes the loss of `params` and leaves its gradient in `grads`.
 * @returns the largest relative error.
 *
 * @example
 * ```ts
 * import { checkGradient } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const x = new Float64Array([2]);
 * const grads = new Float64Array(1);
 * const cube = () => {
 *   grads[0] = 3 * x[0]! ** 2;
 *   return x[0]! ** 3;
 * };
 * assert.ok(checkGradient(cube, x, grads) < 1e-4);
 * ```
 */
export function checkGradient(
  evaluate: () => number,
  params: Float64Array,
  grads: Float64Array,
  options: CheckGradientOptions = {},
): number {
  const { step = 1e-5, floor = 1e-5 } = options;
  evaluate();
  const analytic = grads.slice();
  let worst = 0;
  for (let i = 0; i < params.length; i++) {
    const kept = params[i]!;
    params[i] = kept + step;
    const above = evaluate();
    params[i] = kept - step;
    const below = evaluate();
    params[i] = kept;
    const [g, d] = [analytic[i]!, (above - below) / (2 * step)];
    const error = Math.abs(g - d) / Math.max(Math.abs(g), Math.abs(d), floor);
    // What is no number must not pass for small.
    if (!(error <= worst)) worst = error;
  }
  return worst;
}
