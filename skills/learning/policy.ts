import { z } from "zod";
import type { Learner, LearnerEvaluation, LearnerStatus } from "../../core/agent/learner.ts";
import { UserError } from "../../core/errors.ts";
import { defineTool, type Tool, type ToolContext, type ToolResult } from "../../core/tool.ts";
import { asked, learnerOf } from "./_learner_of.ts";
import { plotLines, plotSvg } from "./_plot.ts";

const ACTIONS = ["status", "evaluate", "report", "reset", "replay", "export", "import"] as const;

const input = z.object({
  action: z.enum(ACTIONS).default("status")
    .describe("what to do; reset forgets, replay learns the whole log anew"),
  file: z.string().min(1).optional().describe("import: file to read; export and report: to write"),
});

/** Input of the tool `policy`. */
export interface PolicyInput {
  readonly action: typeof ACTIONS[number];
  /** With `import` the file to read; with `export` and `report` the one to write. */
  readonly file?: string | undefined;
}

/** What no model does to what the person taught. */
const OWNER_ONLY: ReadonlySet<string> = new Set(["reset", "replay", "import"]);

/** Shows, judges and tends what was learned about tools; the command `rl` is its short form. */
const policy: Tool<PolicyInput, unknown> = defineTool({
  name: "policy",
  summary: "Shows, judges, resets, exports and imports what was learned about which tool to pick",
  input,
  positional: ["action", "file"],
  examples: [
    { line: "policy", says: "what was learned so far" },
    { line: "policy evaluate", says: "whether it is better than the rules" },
    { line: "policy report curve.svg", says: "how it went, as a picture" },
    { line: "policy export policy.json", says: "to import elsewhere" },
  ],
  effect: "read",
  needs: ({ action, file }) => ({
    ...file !== undefined && (action === "import" ? { read: [file] } : { write: [file] }),
  }),
  async run(given, ctx) {
    if (ctx.origin === "agent" && OWNER_ONLY.has(given.action)) {
      const rule = "learning.own";
      throw new UserError("refused", `policy ${given.action} is for the person alone`, { rule });
    }
    const learner = await learnerOf(ctx);
    switch (given.action) {
      case "status":
        return shownStatus(await learner.status());
      case "reset":
      case "replay":
        return shownStatus(await learner[given.action]());
      case "evaluate":
        return shownEvaluation(await learner.evaluate());
      case "report":
        return await report(await learner.evaluate(), given.file, ctx);
      case "export":
        return await exported(learner, given.file, ctx);
      case "import":
        return await imported(learner, given.file, ctx);
    }
  },
});

export default policy;

function shownStatus(data: LearnerStatus): ToolResult {
  const { decisions, learned, open, passedOver, tools } = data;
  const text = [
    `${data.policy}: ${decisions} decisions, learned from ${learned}, ${open} awaited, ` +
    `${passedOver} passed over`,
    data.why,
    ...tools.map(({ tool, count, reward }) =>
      `  ${tool.padEnd(14)} ${String(count).padStart(5)} times, reward ${reward.toFixed(2)}`
    ),
  ].join("\n");
  return { ok: true, data, text };
}

function evaluationLines({ rows, effective, rejected, values, verdict }: LearnerEvaluation) {
  const odd = Object.entries(rejected).map(([why, count]) => `${count} (${why})`);
  return [
    `${rows} first choices with an outcome; for the rules they tell as much as ` +
    `${Math.round(effective)}`,
    ...odd.length === 0 ? [] : [`left out: ${odd.join(", ")}`],
    ...values.map(({ policy, value, low, high, method }) =>
      `  ${policy.padEnd(8)} ${value.toFixed(3)}  (${low.toFixed(3)} to ${high.toFixed(3)})  ` +
      method
    ),
    verdict,
  ];
}

function shownEvaluation(data: LearnerEvaluation): ToolResult {
  return { ok: data.rows > 0, data, text: evaluationLines(data).join("\n") };
}

async function report(
  data: LearnerEvaluation,
  file: string | undefined,
  { files }: ToolContext,
): Promise<ToolResult> {
  const points = data.series.map(({ decisions, reward }) => ({ x: decisions, y: reward }));
  const lines = [
    ...evaluationLines(data),
    "",
    "mean reward",
    ...plotLines(points, "decisions"),
  ];
  if (file !== undefined) {
    const svg = plotSvg(points, "Mean reward of first choices", "decisions");
    await written(files, file, svg, "policy report");
    lines.push(`written: ${file}`);
  }
  return { ok: data.rows > 0, data, text: lines.join("\n") };
}

async function written(
  files: ToolContext["files"],
  file: string,
  text: string,
  label: string,
): Promise<void> {
  const from = await files.state(file);
  await files.commit(label, [{ from, to: new TextEncoder().encode(text) }]);
}

async function exported(
  learner: Learner,
  file: string | undefined,
  { files }: ToolContext,
): Promise<ToolResult> {
  const text = await learner.export();
  if (file === undefined) return { ok: true, data: JSON.parse(text), text };
  await written(files, file, `${text}\n`, "policy export");
  return { ok: true, data: { file }, text: `written: ${file}` };
}

async function imported(
  learner: Learner,
  file: string | undefined,
  { files }: ToolContext,
): Promise<ToolResult> {
  if (file === undefined) {
    throw new UserError("usage", "policy import needs a file", {
      hint: "for example: policy import policy.json",
    });
  }
  const text = await files.readText(file);
  return shownStatus(
    await asked(() => learner.import(text), "give a file that policy export has written"),
  );
}
