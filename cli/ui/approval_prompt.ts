import { isStorable } from "../../core/safety/approvals.ts";
import type { GateRequest } from "../../core/safety/decision.ts";
import { quoteWord } from "../repl/split_line.ts";
import type { ApprovalPrompt } from "./ask.ts";
import type { PersonQuestion } from "./terminal.ts";

/** What a person is shown of a question, whoever shows it. */
export function approvalPrompt({ request, decision, preview }: PersonQuestion): ApprovalPrompt {
  const { tool, origin } = request;
  const { reason, rule, scope } = decision;
  const always = isStorable(decision, request) ? scope : undefined;
  const what = thingsOf(request, scope);
  // A call that only reads wants nothing beyond itself: what it is asked for is its command line.
  const itself = what.length === 1 && what[0] === tool && preview.startsWith(tool) &&
    !preview.includes("\n");
  const shown = itself ? { what: [preview], preview: "" } : { what, preview };
  return { tool, origin, ...shown, reason, rule, always };
}

function thingsOf({ argv, cwd = ".", needs }: GateRequest, scope: string): readonly string[] {
  if (argv !== undefined) {
    const where = cwd === "." ? "" : ` (in ${quoteWord(cwd)})`;
    return [argv.map((word) => quoteWord(word)).join(" ") + where];
  }
  const things = [...needs.write ?? [], ...needs.programs ?? [], ...needs.hosts ?? []];
  return things.length > 0 ? things : [scope];
}
