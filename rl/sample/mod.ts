/**
 * Draws from the distributions that the bandits and the tests need, each from a seeded stream.
 *
 * @example
 * ```ts
 * import { createRng, sampleBeta, sampleNormal } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const [one, other] = [createRng(3), createRng(3)];
 * assert.equal(sampleNormal(one), sampleNormal(other));
 * assert.equal(sampleBeta(one, 0.5, 0.5), sampleBeta(other, 0.5, 0.5));
 * ```
 *
 * @module
 */
export { sampleBeta } from "./beta.ts";
export { sampleCategorical } from "./categorical.ts";
export { sampleGamma } from "./gamma.ts";
export { sampleLogGamma } from "./log_gamma.ts";
export { sampleNormal } from "./normal.ts";
export { normalQuantile } from "./normal_quantile.ts";
export { sampleStudentT } from "./student_t.ts";
