import { approvalPrompt } from "./approval_prompt.ts";
import { type ApprovalAnswer, askApproval, type AskOptions } from "./ask.ts";
import type { PersonQuestion } from "./terminal.ts";

/** Asks the person what the gate wants to know; no terminal means no. */
export async function askPerson(
  question: PersonQuestion,
  options: AskOptions,
): Promise<ApprovalAnswer> {
  return await askApproval(approvalPrompt(question), options) ?? "no";
}
