/**
 * Programs instead of prompts, in the manner of DSPy: say what goes in and what comes out, and get
 * typed values back from any model. What is learned about a program (instructions and examples) is
 * one plain JSON value, for optimizers to change and for files to keep.
 *
 * @example
 * ```ts
 * import { scriptedLM } from "@dspy/code/core/lm";
 * import { predict, within } from "@dspy/code/core/program";
 * import assert from "node:assert/strict";
 *
 * const judge = predict("text -> label: spam|ham, score: float");
 * const lm = scriptedLM(["[[ ## label ## ]]\nspam\n\n[[ ## score ## ]]\n0.9"]);
 * const { label, score, $ } = await within({ lm }, () => judge.run({ text: "Buy now!" }));
 * assert.deepEqual([label, score, $.replies.length], ["spam", 0.9, 1]);
 * ```
 *
 * @module
 */
export type { Adapter, Parsed, Prompt } from "./adapter.ts";
export { type Attempt, BestOf, bestOf, type BestOfOptions } from "./best_of.ts";
export { ChainOfThought, chainOfThought, type Reasoned } from "./chain_of_thought.ts";
export { chat } from "./chat.ts";
export { configure, type Context, within } from "./context.ts";
export { evaluate, type EvaluateOptions, type Evaluation, type EvaluationRow } from "./evaluate.ts";
export type { Example } from "./example.ts";
export { type Fallback, fallback } from "./fallback.ts";
export { fingerprint } from "./fingerprint.ts";
export { history, type HistoryField, type Turn } from "./history.ts";
export type {
  FieldsNamed,
  InferInput,
  InferOutput,
  NamedTypes,
  Trimmed,
  TypeNamed,
  WordsOf,
} from "./infer_signature.ts";
export { json } from "./json.ts";
export { load, type LoadOptions } from "./load.ts";
export type { Metric, MetricContext, Score } from "./metric.ts";
export { Module } from "./module.ts";
export { type FieldIssue, ParseError, type ParseFailure } from "./parse_error.ts";
export { Predict, predict, type PredictOptions } from "./predict.ts";
export type { Prediction, RunInfo } from "./prediction.ts";
export type { ProgramTool } from "./program_tool.ts";
export {
  React,
  react,
  type Reacted,
  type ReactOptions,
  type ReactStep,
  type Trajectory,
} from "./react.ts";
export { save, type SavedProgram } from "./save.ts";
export {
  type Fields,
  type FieldSchema,
  type FieldsInput,
  type FieldsOutput,
  sig,
  type Signature,
} from "./signature.ts";
export {
  defineSkill,
  type Skill,
  type SkillContext,
  type SkillFiles,
  type SkillResult,
  type SkillSpec,
} from "./skill.ts";
export type { Demo, PredictorState, State } from "./state.ts";
export { type TolerantJson, tolerantJson, type TolerantJsonOptions } from "./tolerant_json.ts";
export { createTrace, type Step, type StepReason, type Trace, type TraceOptions } from "./trace.ts";
