import type { PermissionOption, RequestPermissionRequest } from "@agentclientprotocol/sdk";
import type { RequestPermissionResponse, ToolCallContent } from "@agentclientprotocol/sdk";
import type { Registry } from "../../core/registry.ts";
import { showControls } from "../../core/safety/terminal.ts";
import type { ApprovalAnswer } from "../ui/ask.ts";
import { approvalPrompt } from "../ui/approval_prompt.ts";
import type { PersonQuestion } from "../ui/terminal.ts";
import { exact, fenced, markdown } from "./_text.ts";
import { diffContent } from "./diff_content.ts";
import { kindOf, locationsAt, titleOf } from "./tool_call.ts";

/** Where a question is put. */
export interface PermissionPlace {
  readonly session: string;
  /** Id under which the editor knows the call; a new one where it knows none. */
  readonly call: string;
  readonly registry: Registry;
  readonly root: string;
}

/**
 * A question of the gate as an editor puts it to the person. The exact things and the rule come from
 * the launcher's own decision; the preview is shown whole, as a diff where it is one.
 */
export function permissionRequest(
  question: PersonQuestion,
  { session, call, registry, root }: PermissionPlace,
): RequestPermissionRequest {
  const { tool, what, reason, rule, preview, always } = approvalPrompt(question);
  const { argv, needs } = question.request;
  return {
    sessionId: session,
    toolCall: {
      toolCallId: call,
      title: titleOf(tool, what),
      // A tool that only reads may start a program: what is asked for is the program.
      kind: argv === undefined ? kindOf(tool, registry.find(tool)) : "execute",
      status: "pending",
      locations: locationsAt(needs.write ?? [], root),
      content: [
        fenced(what.map(showControls).join("\n")),
        markdown(`${showControls(reason)} [${showControls(rule)}]`),
        ...previewOf(preview, root),
      ],
    },
    options: optionsFor(always),
  };
}

/**
 * Reads the editor's answer. Only what was offered counts; everything else is no.
 *
 * @param offered the options of the question.
 */
export function permissionAnswer(
  { outcome }: RequestPermissionResponse,
  offered: readonly PermissionOption[],
): ApprovalAnswer {
  if (outcome.outcome !== "selected") return "no";
  const chosen = offered.find(({ optionId }) => optionId === outcome.optionId);
  if (chosen?.kind === "allow_always") return "always";
  return chosen?.kind === "allow_once" ? "yes" : "no";
}

function optionsFor(always: string | undefined): PermissionOption[] {
  const exactly = always === undefined ? [] : [{
    optionId: "always",
    name: `Always allow exactly: ${showControls(always)}`,
    kind: "allow_always" as const,
  }];
  return [
    { optionId: "yes", name: "Allow once", kind: "allow_once" },
    ...exactly,
    { optionId: "no", name: "Reject", kind: "reject_once" },
  ];
}

function previewOf(preview: string, root: string): ToolCallContent[] {
  if (preview.trim() === "") return [];
  const shown = exact(preview);
  return diffContent(shown, root) ?? [fenced(shown)];
}
