import type { Command } from "../../core/command.ts";
import type { Check } from "./_check.ts";

/** The commands of a tool, by the ids of its checks. */
// deno-lint-ignore no-explicit-any -- as in Tool
export function allCommands(checks: readonly Check[]): Record<string, Command<any>> {
  return Object.fromEntries(checks.map(({ id, command }) => [id, command]));
}
