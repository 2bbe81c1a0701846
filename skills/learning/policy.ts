import type { Learner, LearnerEvaluation, LearnerStatus } from "../../core/agent/learner.ts";
import { UserError } from "../../core/errors.ts";
import type { Zod } from "../../core/schema.ts";
import { defineTool, type Tool, type ToolContext, type ToolResult } from "../../core/tool.ts";
import { asked, learnerOf } from "./_learner_of.ts";
import { plotLines, plotSvg } from "./_plot.ts";
import { evaluationLines, passText, statusText } from "./_policy_text.ts";
import { writeOwn } from "../_write_own.ts";

const ACTIONS = [
  "status",
  "evaluate",
  "report",
  "reset",
  "replay",
  "export",
  "import",
  "background",
] as const;

const input = (z: Zod) =>
  z.object({
    action: z.enum(ACTIONS).default("status").describe(
      "what to do; reset forgets, replay learns the log anew, background trains and judges " +
        "challengers until Ctrl-C",
    ),
    file: z.string().min(1).optional().describe(
      "import: file to read; export and report: to write",
    ),
    force: z.boolean().default(false).describe("export and report: replace any file")
      .meta({ model: "hidden" }),
    once: z.boolean().default(false).describe("background: one pass, then end")
      .meta({ model: "hidden" }),
    interval: z.coerce.number().min(0.1).max(86_400).default(5)
      .describe("background: seconds between looks at the log").meta({ model: "hidden" }),
    most: z.coerce.number().int().min(1).optional()
      .describe("background: entries of the log that a pass takes at most; default all there are")
      .meta({ model: "hidden" }),
  });

/** Input of the tool `policy`. */
export interface PolicyInput {
  /** What to do. Default `status`. */
  readonly action: typeof ACTIONS[number];
  /** With `import` the file to read; with `export` and `report` the one to write. */
  readonly file?: string | undefined;
  /** Whether `export` and `report` replace a file that they did not write. Default false. */
  readonly force: boolean;
  /** Whether `background` ends after one pass. Default false. */
  readonly once: boolean;
  /** Seconds between two looks of `background` at the log. Default 5. */
  readonly interval: number;
  /** Entries of the log that a pass of `background` takes at most. Default all there are. */
  readonly most?: number | undefined;
}

/** What no model does to what the person taught. */
const OWNER_ONLY: ReadonlySet<string> = new Set(["reset", "replay", "import", "background"]);

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
    { line: "policy background --once", says: "train and judge by what came since" },
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
        return await report(await learner.evaluate(), given, ctx);
      case "export":
        return await exported(learner, given, ctx);
      case "import":
        return await imported(learner, given.file, ctx);
      case "background":
        return await background(learner, given, ctx);
    }
  },
});

export default policy;

function shownStatus(data: LearnerStatus): ToolResult {
  return { ok: true, data, text: statusText(data) };
}

function shownEvaluation(data: LearnerEvaluation): ToolResult {
  return { ok: data.rows > 0, data, text: evaluationLines(data).join("\n") };
}

const TITLE = "Mean reward of first choices";

async function report(
  data: LearnerEvaluation,
  { file, force }: PolicyInput,
  ctx: ToolContext,
): Promise<ToolResult> {
  const points = data.series.map(({ decisions, reward }) => ({ x: decisions, y: reward }));
  const lines = [
    ...evaluationLines(data),
    "",
    "mean reward",
    ...plotLines(points, "decisions"),
  ];
  if (file !== undefined) {
    const text = plotSvg(points, TITLE, "decisions");
    const isOurs = (old: string) => old.startsWith("<svg") && old.includes(TITLE);
    lines.push(await writeOwn({ file, text, label: "policy report", isOurs, force }, ctx));
  }
  return { ok: data.rows > 0, data, text: lines.join("\n") };
}

async function exported(
  learner: Learner,
  { file, force }: PolicyInput,
  ctx: ToolContext,
): Promise<ToolResult> {
  const state = await learner.export();
  if (file === undefined) return { ok: true, data: JSON.parse(state), text: state };
  const isOurs = (old: string) => /^\{"v":\d+,"sum":\d+,"text":/.test(old);
  const text = await writeOwn(
    { file, text: `${state}\n`, label: "policy export", isOurs, force },
    ctx,
  );
  return { ok: true, data: { file }, text };
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
    await asked(() => learner.import(text), "give a file that policy export has written", file),
  );
}

/** Trains until it is stopped; each pass is told as it ends. */
async function background(
  learner: Learner,
  { once, interval, most }: PolicyInput,
  { signal, progress }: ToolContext,
): Promise<ToolResult> {
  if (learner.train === undefined) {
    throw new UserError("failed", "nothing is trained in this session", {
      hint: "use the dspy-code program",
    });
  }
  const data = { passes: 0, entries: 0, outcomes: 0, missing: 0, verdicts: 0 };
  let last = "";
  await learner.train({
    once,
    interval: interval * 1000,
    signal,
    ...most !== undefined && { most },
    onPass(pass) {
      data.passes++;
      data.entries += pass.entries;
      data.outcomes += pass.outcomes;
      data.missing += pass.missing;
      data.verdicts += pass.verdicts.length;
      last = passText(pass);
      if (!once) progress({ text: last, lasting: true });
    },
  });
  const text = `${data.passes} passes, ${data.entries} entries, ${data.outcomes} outcomes`;
  return { ok: true, data, text: once ? last : text };
}
