import type { ArmBelief, Explanation } from "../../core/agent/learner.ts";
import type { Zod } from "../../core/schema.ts";
import { defineTool, type Tool } from "../../core/tool.ts";
import { learnerOf } from "./_learner_of.ts";

const input = (z: Zod) =>
  z.object({
    last: z.int().min(1).max(20).default(1).describe("so many requests")
      .meta({ short: "n" }),
  });

/** Input of the tool `why`. */
export interface WhyInput {
  /** How many requests. */
  readonly last: number;
}

/** Tools that are shown beside the one that was picked. */
const MOST_ARMS = 5;

/** Says why a tool was chosen, what else could have been, and what the rules would have done. */
const why: Tool<WhyInput, readonly Explanation[]> = defineTool({
  name: "why",
  summary: "Says why a tool was chosen for a request, and what the untaught rules would have done",
  input,
  positional: ["last"],
  examples: [
    { line: "why", says: "the tools of the last request" },
    { line: "why 3", says: "those of the last three" },
  ],
  effect: "read",
  needs: () => ({}),
  async run({ last }, ctx) {
    const data = await (await learnerOf(ctx)).why(last);
    const text = data.map(shown).join("\n\n") ||
      "No tool was chosen here yet: ask for something in plain words.";
    return { ok: data.length > 0, data, text };
  },
});

export default why;

function shown(it: Explanation): string {
  const same = it.untaught === it.tool;
  const when = new Date(it.ts).toISOString().slice(0, 16).replace("T", " ");
  const others = it.arms.filter(({ tool, masked }) => tool !== it.tool && masked === undefined);
  const masked = it.arms.filter((arm) => arm.masked !== undefined)
    .map(({ tool, masked }) => `${tool} (${masked})`);
  return [
    `${it.tool}  ${when}, picked with probability ${it.propensity.toFixed(3)} by ${it.policy}`,
    same ? "  the rules would have picked it too" : `  without learning: ${it.untaught}`,
    ...it.reward === undefined ? [] : [`  reward ${it.reward.toFixed(2)}`],
    "  expected reward (about two standard errors around it), outcomes learned:",
    ...it.arms.filter(({ tool }) => tool === it.tool).map((arm) => armLine(arm, "*")),
    ...others.slice(0, MOST_ARMS).map((arm) => armLine(arm, " ")),
    ...masked.length === 0 ? [] : [`  could not be chosen: ${masked.join(", ")}`],
    ...it.features.length === 0 ? [] : [
      "  what counted: " +
      it.features.map(({ said, adds }) =>
        `${said} ${adds < 0 ? "-" : "+"}${Math.abs(adds).toFixed(2)}`
      ).join(", "),
    ],
  ].join("\n");
}

function armLine({ tool, mean, low, high, count }: ArmBelief, mark: string): string {
  const interval = `${low.toFixed(2)} to ${high.toFixed(2)}`;
  return `  ${mark} ${tool.padEnd(12)} ${mean.toFixed(2)}  (${interval})  ${count}`;
}
