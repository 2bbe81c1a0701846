/**
 * The agent loop and the mind that drives it without a model. The loop knows no model, no file
 * system and no terminal: calls come in, results go out, everything that happens is an event.
 *
 * @example A request taken apart, and the untaught choice
 * ```ts
 * import { parseRequest, rulesChooser } from "@dspy/code/core/agent";
 *
 * const request = parseRequest("where is createBus defined?");
 * const choice = rulesChooser().choose(
 *   { request: request.text, step: 1, history: [], features: {} },
 *   [{ tool: "knowledge", weight: 0.8, reason: `it names ${request.identifiers[0]}` }],
 * );
 * console.assert(choice?.tool === "knowledge");
 * ```
 *
 * @module
 */
export { type ApprovalQuestion, type Caller, type CallerSetup, createCaller } from "./caller.ts";
export type { AskOptions } from "./ask.ts";
export { chainOf } from "./chain_of.ts";
export type { Candidate, Choice, ChoiceContext, Chooser, Outcome } from "./chooser.ts";
export { commandLine, type CommandShape } from "./command_line.ts";
export {
  type Conversation,
  type ConversationInfo,
  openConversation,
} from "./conversation/conversation.ts";
export type { Entry, EntryBody } from "./conversation/entry.ts";
export {
  deleteConversation,
  findConversation,
  forkConversation,
  listConversations,
} from "./conversation/manage.ts";
export {
  type ConversationChoice,
  resolveConversation,
} from "./conversation/resolve_conversation.ts";
export { exportConversation, importConversation } from "./conversation/transfer.ts";
export { type Cooldowns, createCooldowns } from "./cooldowns.ts";
export type {
  ArmBelief,
  ExplainedFeature,
  Explanation,
  LearnedTool,
  Learner,
  LearnerEvaluation,
  LearnerPass,
  LearnerStatus,
  PolicyValue,
  Suggestion,
  TrainOptions,
} from "./learner.ts";
export { LAST_CHANGE } from "./learner.ts";
export { createLocalMind, type LocalMindSetup } from "./local_mind.ts";
export { type Exceeded, type Inbox, type LoopEnd, type LoopSetup, runLoop } from "./loop.ts";
export { createLoopDetector, type LoopDetector, type Repetition } from "./loop_detector.ts";
export {
  type CacheableCall,
  type Chain,
  type ChainStep,
  type FinishOptions,
  type MemoryOptions,
  openMemory,
  type Recollection,
  type SessionMemory,
} from "./memory.ts";
export type { CallResult, Mind, ToolCall, Turn } from "./mind.ts";
export type { ModelSetup } from "./model/ask_model.ts";
export { type Budget, createBudget } from "./model/budget.ts";
export { createModelMind, type ModelMindSetup, type ProseCall } from "./model/model_mind.ts";
export type { OffersSetup } from "./offers.ts";
export { parseRequest, type PlainRequest } from "./request.ts";
export { FEATURES_VERSION, featureWords, requestFeatures } from "./request_features.ts";
export { type RulesChooser, rulesChooser } from "./rules_chooser.ts";
export { coverage, scoreResult } from "./score.ts";
export { type CallOptions, createSession, type Session, type SessionSetup } from "./session.ts";
export type { HookBlock, HookedCall, ToolHooks } from "./tool_hooks.ts";
export { smallTalk } from "./small_talk.ts";
export { summarize, type SummaryFacts } from "./summarize.ts";
