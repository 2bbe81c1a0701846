/**
 * The background trainer: it follows the log of decisions, keeps variants of the session's policy
 * learned, judges each by what it would have done before it knew what came of it, and puts another
 * one in the champion's place only when the gate says so.
 *
 * @example
 * ```ts
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import { CHALLENGERS, openLearner, trainOnce } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const store = openMemoryStore();
 * const learner = await openLearner({ store });
 * const context = { request: "are we green?", step: 1, history: [], features: { "w:green": 1 } };
 * const candidates = [
 *   { tool: "esearch", weight: 0.5, reason: "words" },
 *   { tool: "run_tests", weight: 0.4, reason: "words" },
 * ];
 * for (let i = 0; i < 20; i++) {
 *   const choice = await learner.choose(context, candidates);
 *   await learner.feedback(choice!.tool === "run_tests" ? 10 : 0);
 * }
 * const { outcomes, verdicts, champion } = await trainOnce({ store });
 * assert.equal(outcomes, 20);
 * assert.equal(verdicts.length, CHALLENGERS.length);
 * assert.equal(champion.id, "sparse-linear");
 * ```
 *
 * @module
 */
export { CHALLENGERS } from "./challengers.ts";
export {
  type Canary,
  CHAMPION,
  type Champion,
  firstChampion,
  isNewerChampion,
  readChampion,
  sealChampion,
} from "../chooser/champion.ts";
export { loggedName, type PlayedInPart, playedInPart } from "../chooser/logged_name.ts";
export {
  DEFAULT_POLICY,
  modelName,
  type PolicyOptions,
  type PolicyVariant,
  variantProblem,
} from "../chooser/policy_variant.ts";
export {
  type BackgroundTrainer,
  type BackgroundTrainerOptions,
  runBackgroundTrainer,
} from "./run_background_trainer.ts";
export { trainOnce } from "./train_once.ts";
export type { TrainerOptions, TrainingReport } from "./trainer_options.ts";
export { isVerdict, readVerdicts, type VerdictRecord, VERDICTS } from "./verdicts.ts";
