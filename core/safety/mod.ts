/**
 * What decides what may happen: the path guard, the gate, the policy, and what takes secrets and
 * escapes out of text; the hands, which start programs in a built environment; and receipts.
 *
 * The session's process is jailed by Deno's permissions. These modules are the finer rules inside
 * that jail, and the only rules for a library user without it, which is the weaker form.
 *
 * @example Decide about paths and commands
 * ```ts
 * import { createGate, createPathGuard, EMPTY_POLICY, parseWords } from "@dspy/code/core/safety";
 * import assert from "node:assert/strict";
 *
 * const gate = createGate({
 *   policy: { ...EMPTY_POLICY, allow_commands: ["npm test"] },
 *   approval: undefined,
 *   interactive: false,
 *   guard: createPathGuard("."),
 * });
 * const request = { tool: "exec", effect: "execute", origin: "agent", needs: {} } as const;
 * const allowed = await gate.decide({ ...request, argv: parseWords("npm test") });
 * assert.equal(allowed.verdict, "allow");
 * const denied = await gate.decide({ ...request, argv: parseWords("npm publish") });
 * assert.equal(denied.rule, "command.unlisted");
 * const outside = { tool: "cat", effect: "read", origin: "user" } as const;
 * assert.equal((await gate.decide({ ...outside, needs: { read: ["../x"] } })).rule, "path.outside");
 * ```
 *
 * @module
 */
// Paths.
export {
  type CheckedPath,
  createPathGuard,
  type PathGuard,
  type PathGuardOptions,
} from "./paths.ts";
export { isSecretPath, type PathClass } from "./path_class.ts";
export { type GuardedFile, openGuarded } from "./open_guarded.ts";
export { readGuarded, type ReadGuardedOptions } from "./read_guarded.ts";

// What may happen.
export { createGate, type GateSetup } from "./gate.ts";
export type { Decision, ForeignTool, Gate, GateRequest, Verdict } from "./decision.ts";
export { EMPTY_POLICY, type Policy, type PolicyRule } from "./policy.ts";
export { type LoadedPolicy, loadPolicy } from "./load_policy.ts";
export { type LoadedPreferences, loadPreferences } from "./load_preferences.ts";
export { NO_PREFERENCES, type Preferences } from "./preferences.ts";
export { mergePolicy, type PolicyFeedback } from "./merge_policy.ts";
export { policyDenial } from "./policy_denial.ts";
export { policyHint } from "./policy_hint.ts";

// Commands as words, and programs.
export { checkArgv, joinWords, parseWords } from "./words.ts";
export { DANGER_PATTERNS, type DangerPattern, findDanger } from "./danger.ts";
export { createHands, type HandsSetup, type ProgramCall } from "./hands.ts";
export { childEnv, type ChildEnvOptions } from "./child_env.ts";
export { findProgram } from "./find_program.ts";
export { type JailFlag, jailFlags, type JailPlan, NEVER_GRANTED, STATE_PATHS } from "./jail.ts";

// Secrets and escapes in text.
export {
  createRedactor,
  redactJson,
  type Redactor,
  type RedactorStream,
  type RedactorStreamOptions,
} from "./redact.ts";
export { secretValues } from "./secret_values.ts";
export { sanitize, showControls } from "./terminal.ts";
export { type SanitizerStream, sanitizeStream } from "./sanitize_stream.ts";

// What is written down.
export { type Approvals, openApprovals, type StoredApproval } from "./approvals.ts";
export {
  type AppendOptions,
  appendReceipt,
  readReceipts,
  type Verification,
  verifyReceipts,
} from "./audit.ts";
export type { Receipt, StoredReceipt } from "./receipt.ts";
