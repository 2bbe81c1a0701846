import { isDeepStrictEqual } from "node:util";
import type { Command, CommandSite } from "../../core/command.ts";
import { openFiles } from "../../core/workspace/open_files.ts";
import type { AskedKind, Check, CheckFields } from "./_check.ts";
import { checkInput, testInput } from "./_check_input.ts";
import { fieldsOf, planCheck } from "./_plan_check.ts";

/** The commands of a tool, by the ids of its checks. */
export function allCommands(
  kind: AskedKind,
  checks: readonly Check[],
  // deno-lint-ignore no-explicit-any -- as in Tool
): Record<string, Command<any>> {
  return Object.fromEntries(checks.map(({ id, command }) => [id, {
    ...command,
    typed: (fields: CheckFields, input: unknown, at: CommandSite) =>
      isPlanned(kind, id, fields, input, at),
  }]));
}

/** Whether planning what the person typed gives just these fields: made anew, not as told. */
async function isPlanned(
  kind: AskedKind,
  id: string,
  { timeoutMs: _, ...fields }: CheckFields,
  input: unknown,
  { root }: CommandSite,
): Promise<boolean> {
  const wish = (kind === "test" ? testInput : checkInput).safeParse(input).data;
  if (wish === undefined) return false;
  const plan = await planCheck(kind, wish, openFiles(root));
  return plan.choices.some((choice) =>
    choice.check.id === id && isDeepStrictEqual(fields, fieldsOf(plan, choice, wish))
  );
}
