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
export * from "./approvals.ts";
export * from "./audit.ts";
export * from "./child_env.ts";
export * from "./commands.ts";
export * from "./danger.ts";
export * from "./decide_command.ts";
export type * from "./decision.ts";
export * from "./enforce_tool.ts";
export * from "./executable_config.ts";
export * from "./find_program.ts";
export * from "./gate.ts";
export * from "./hands.ts";
export * from "./jail.ts";
export * from "./load_policy.ts";
export * from "./matching_rules.ts";
export * from "./merge_policy.ts";
export * from "./open_guarded.ts";
export * from "./path_class.ts";
export * from "./paths.ts";
export * from "./policy.ts";
export * from "./policy_hint.ts";
export * from "./read_guarded.ts";
export type * from "./receipt.ts";
export * from "./redact.ts";
export * from "./sanitize_stream.ts";
export * from "./secret_values.ts";
export * from "./state_dir.ts";
export * from "./terminal.ts";
export * from "./trust.ts";
export * from "./words.ts";
