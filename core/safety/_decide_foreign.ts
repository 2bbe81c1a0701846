import type { Approval } from "../config.ts";
import type { Ruling } from "./decide_command.ts";
import type { ForeignTool, GateRequest } from "./decision.ts";

/**
 * What the rules say about a tool of another program. What the server claims of it, that it only
 * reads for instance, does not count. A server of the user's own is what `auto` means by "all that
 * the policy allows"; one that came with the workspace asks there too.
 */
export function decideForeign(
  { from, changed }: ForeignTool,
  { origin }: Pick<GateRequest, "origin">,
  approval: Approval | undefined,
): Ruling {
  if (changed) {
    const reason = "its description or schema is not what was allowed before";
    return { verdict: "ask", rule: "mcp.changed", reason };
  }
  if (origin === "user") {
    return { verdict: "allow", rule: "consent", reason: "the person asked for it" };
  }
  if (approval !== "auto") {
    const reason = "it calls a program that is not ours";
    return { verdict: "ask", rule: "approval.unset.execute", reason };
  }
  if (from === "user") {
    return { verdict: "allow", rule: "approval.auto", reason: "automatic approval" };
  }
  const reason = "the workspace brought its server along, which automatic approval does not cover";
  return { verdict: "ask", rule: "mcp.workspace", reason };
}
