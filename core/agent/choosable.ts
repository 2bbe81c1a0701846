import type { Decision, Gate } from "../safety/decision.ts";
import type { Tool } from "../tool.ts";
import type { OffersSetup } from "./offers.ts";

/**
 * Of these tools those that have something to propose, those of them that policy denies for this
 * request, and the names of those that would be asked for.
 */
export async function choosable(
  all: readonly Tool[],
  gate: Gate,
  query: string,
): Promise<Required<Pick<OffersSetup, "tools" | "denied" | "asks">>> {
  const proposing = all.filter((tool) => tool.propose !== undefined);
  const verdicts = await Promise.all(
    proposing.map(({ name: tool, effect }) =>
      gate.decide({ tool, effect, origin: "agent", needs: {}, query })
    ),
  );
  // What nobody can be asked for here is refused when it is chosen: that says why, and the way out.
  const isDenied = ({ verdict, rule }: Decision) =>
    verdict === "deny" && rule.startsWith("policy.");
  return {
    tools: proposing.filter((_, i) => !isDenied(verdicts[i]!)),
    denied: proposing.filter((_, i) => isDenied(verdicts[i]!)),
    asks: new Set(
      proposing.filter((_, i) => verdicts[i]!.verdict !== "allow").map(({ name }) => name),
    ),
  };
}
