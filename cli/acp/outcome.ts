import type { PromptResponse } from "@agentclientprotocol/sdk";
import { UserError } from "../../core/errors.ts";
import type { AskEnd } from "../launcher.ts";

/**
 * How a run ended, as the answer to the editor's prompt.
 *
 * `refusal` is never said: in this protocol it means that the turn is taken out of the conversation,
 * and ours stays in it. What was refused is told in the answer and in its call.
 *
 * @param answered whether the summary was given as the answer: then a run that did not find what was
 * asked for still ended well.
 * @throws {UserError} `failed` with the sentence of what stopped a run that gave no answer.
 */
export function outcomeOf({ stop, summary }: AskEnd, answered: boolean): PromptResponse {
  switch (stop) {
    case "aborted":
      return { stopReason: "cancelled" };
    case "limit:steps":
      return { stopReason: "max_turn_requests" };
    case "limit:tokens":
    case "limit:context":
      return { stopReason: "max_tokens" };
    case "error":
      if (!answered) throw new UserError("failed", summary);
      return { stopReason: "end_turn" };
    default:
      return { stopReason: "end_turn" };
  }
}
