import { UserError } from "../../core/errors.ts";
import { defineTool, type Tool, type ToolContext, type ToolResult } from "../../core/tool.ts";
import type { FileChange } from "../../core/workspace/commit.ts";
import { sha256 } from "../../core/workspace/sha256.ts";
import { lazy } from "../../core/lazy.ts";
import type { SchemaOutput, Zod } from "../../core/schema.ts";
import { whoAnswered } from "../_who_answered.ts";
import { applyEdits, type Edit, type EditProof } from "./apply_edits.ts";
import { commitSeen, diffOfChanges, keptDiff, shortDiff } from "./_changes.ts";
import { checkSeen } from "./check_seen.ts";
import type { TaskChange } from "./_edit_by_task.ts";
import { describeHashes, describeProof } from "./_describe_proof.ts";
import { missingPath } from "./_missing_path.ts";
import { planToRun, planToShow } from "./_shown_plan.ts";
import type { PatchVerdict } from "./verify_patch.ts";

// Without further words: a model reads this before each of its steps.
const replacement = (z: Zod) =>
  z.object({
    old: z.string().describe("text in the file, enough to occur once"),
    new: z.string(),
    replaceAll: z.boolean().optional(),
  });

const input = (z: Zod) =>
  z.object({
    path: z.string().optional().describe("file to edit").meta({ model: "required" }),
    edits: z.array(replacement(z)).optional().describe("replacements, all or none")
      .meta({ model: "required" }),
    task: z.string().optional().describe("the file to edit, or a task in plain language")
      .meta({ model: "hidden" }),
    old: z.string().optional().describe("text as it stands in the file, enough to occur once")
      .meta({ model: "hidden" }),
    new: z.string().optional().describe("text to stand there instead").meta({ model: "hidden" }),
    replaceAll: z.boolean().default(false).describe("replace every exact occurrence of --old")
      .meta({ model: "hidden" }),
    files: z.array(z.string()).optional().describe("with a task: files that may be changed")
      .meta({ model: "hidden" }),
    apply: z.boolean().default(false).describe("with a task: write the change, not only show it")
      .meta({ model: "hidden" }),
  });

/** Input of the tool `edit`. */
export type EditInput = SchemaOutput<typeof input>;

/** Result of the tool `edit` for given texts. */
export interface EditData {
  readonly path: string;
  /** How each edit was placed. */
  readonly proofs: readonly EditProof[];
  readonly oldHash: string;
  readonly newHash: string;
  readonly diff: string;
  /** What `undo` takes back. */
  readonly undo: string;
}

/** Result of the tool `edit` for a task in plain language. */
export interface TaskEditData {
  readonly task: string;
  /** Who wrote the edits: a model, or the rules where it could not. */
  readonly by: "model" | "rules";
  /** Why it is done so. */
  readonly rationale: string;
  /** Files of the change. */
  readonly files: readonly string[];
  readonly diff: string;
  readonly verdict: PatchVerdict;
  /** Tests to run; empty when none belong to the files by name. */
  readonly tests: readonly string[];
  /** What `undo` takes back; absent when nothing was written. */
  readonly undo?: string;
}

const loadByTask = lazy<typeof import("./_edit_by_task.ts")>(
  "./_edit_by_task.ts",
  import.meta.url,
);

/** The tool `edit`; its data is null when there was no change to make. */
const edit: Tool<EditInput, EditData | TaskEditData | null> = defineTool({
  name: "edit",
  summary: "Replaces text in a file: each old text must stand in one place only",
  input,
  positional: ["task"],
  examples: [
    { line: "edit src/a.ts --old 'let x' --new 'const x'", says: "one replacement" },
    { line: "edit src/a.ts --old foo --new bar --replace-all", says: "every occurrence" },
    { line: 'edit "raise the limit to 50" --apply', says: "a model writes the change" },
  ],
  effect: "write",
  asksModel: true,
  needs(input) {
    const wanted = structured(input);
    return wanted ? { read: [wanted.path], write: [wanted.path] } : {};
  },
  async preview(input, ctx) {
    const wanted = structured(input);
    if (!wanted) {
      const task = taskFor(input, ctx);
      return task && input.apply ? diffOfChanges((await planTask(task, input, ctx)).changes) : "";
    }
    return diffOfChanges((await planToShow(ctx, input, () => plan(wanted, ctx))).changes);
  },
  async run(input, ctx): Promise<ToolResult<EditData | TaskEditData | null>> {
    const wanted = structured(input);
    if (!wanted) {
      const task = taskFor(input, ctx);
      return task ? await runTask(task, input, ctx) : withoutModel(input);
    }
    const { changes, proofs } = await planToRun(ctx, input, () => plan(wanted, ctx));
    const [{ from: { path, hash }, to }] = changes;
    const diff = keptDiff(changes);
    const undo = await commitSeen(ctx, `edit ${path}`, changes);
    const data: EditData = { path, proofs, oldHash: hash!, newHash: await sha256(to!), diff, undo };
    return { ok: true, data, text: describe(data) };
  },
});

export default edit;

interface Wanted {
  readonly path: string;
  readonly edits: readonly Edit[];
}

/** The edits asked for, in either form; undefined for a task in plain language. */
function structured(input: EditInput): Wanted | undefined {
  const { task, path = task, edits = [], old, new: fresh, replaceAll } = input;
  if (edits.length === 0 && old === undefined && fresh === undefined) return undefined;
  if (path === undefined) {
    throw new UserError("usage", "no file to edit", { hint: "edit src/a.ts --old … --new …" });
  }
  if ((old === undefined) !== (fresh === undefined)) {
    const [given, missing] = old === undefined ? ["--new", "--old"] : ["--old", "--new"];
    throw new UserError("usage", `${given} without ${missing}`, { hint: `give ${missing}, too` });
  }
  const one = old === undefined ? [] : [{ old, new: fresh!, replaceAll }];
  return { path, edits: [...edits, ...one] };
}

interface EditPlan {
  readonly changes: readonly [FileChange];
  readonly proofs: readonly EditProof[];
}

async function plan({ path, edits }: Wanted, ctx: ToolContext): Promise<EditPlan> {
  const from = await ctx.files.state(path);
  if (from.hash === null) throw await missingPath(ctx.files, path);
  await checkSeen(ctx, from);
  const { bytes, proofs } = applyEdits(from.path, from.bytes, edits);
  return { changes: [{ from, to: bytes }], proofs };
}

function describe({ path, proofs, oldHash, newHash, diff, undo }: EditData): string {
  return [
    `edited ${path} (take back with: undo ${undo})`,
    ...proofs.map((proof, i) => `  ${describeProof(`edit ${i + 1}`, proof)}`),
    `  ${describeHashes(oldHash, newHash)}`,
    ...shortDiff(diff),
  ].join("\n");
}

interface Task {
  readonly task: string;
  readonly files: readonly string[];
}

/** The task in plain language, when there is a model for it; the agent's own writes edits itself. */
function taskFor({ task, path, files = [] }: EditInput, ctx: ToolContext): Task | undefined {
  if (ctx.lm === undefined || ctx.origin === "agent" || !/\s/.test(task?.trim() ?? "")) return;
  return { task: task!.trim(), files: path === undefined ? files : [path, ...files] };
}

/** Worked out once: what is shown for approval is what is written. */
async function planTask(task: Task, input: EditInput, ctx: ToolContext): Promise<TaskChange> {
  return await planToShow(ctx, input, async () => await (await loadByTask()).editByTask(task, ctx));
}

async function runTask(
  task: Task,
  input: EditInput,
  ctx: ToolContext,
): Promise<ToolResult<TaskEditData | null>> {
  const make = async () => await (await loadByTask()).editByTask(task, ctx);
  const { changes, written, verdict, tests } = await planToRun(ctx, input, make);
  const who = whoAnswered(written);
  if (verdict === undefined) {
    return { ok: false, data: null, text: [...who, ...without(task.task)].join("\n") };
  }
  const files = changes.map(({ from }) => from.path);
  const { rationale } = written.output;
  const writes = input.apply && verdict.verdict === "pass";
  const undo = writes
    ? await commitSeen(ctx, `edit ${task.task.slice(0, 60)}`, changes)
    : undefined;
  const data: TaskEditData = {
    ...{ task: task.task, by: written.by, rationale, files, diff: keptDiff(changes), verdict },
    tests: tests.paths,
    ...undo !== undefined && { undo },
  };
  const text = [...taskLines(data, input.apply), ...who].join("\n");
  return { ok: !input.apply || writes, data, text };
}

function taskLines({ rationale, files, diff, verdict, tests, undo }: TaskEditData, apply: boolean) {
  const head = undo !== undefined
    ? `edited ${files.join(", ")} (take back with: undo ${undo})`
    : `change of ${files.join(", ")}: nothing was written`;
  const { verdict: judged, risk_level, reasons, fix_suggestions } = verdict;
  return [
    head,
    ...rationale === "" ? [] : [`  ${rationale}`],
    ...shortDiff(diff),
    `check: ${judged}, risk ${risk_level}`,
    ...[...reasons, ...fix_suggestions].map((reason) => `  ${reason}`),
    ...tests.length > 0 ? [`test it with: test ${tests.join(" ")}`] : [],
    ...undo !== undefined || apply ? [] : ["write it with: the same command and --apply"],
  ];
}

function withoutModel({ task }: EditInput): ToolResult<null> {
  if (task === undefined) {
    throw new UserError("usage", "nothing to edit", {
      hint: "edit <file> --old <text> --new <text>",
    });
  }
  const said = "No model is configured, and a change in plain language needs one. Without it:";
  return { ok: false, data: null, text: [said, ...without(task)].join("\n") };
}

function without(task: string): string[] {
  return [
    "  edit <file> --old <text> --new <text>   replaces a text that stands in one place",
    "  patch <file>                            applies a diff",
    `  plan ${JSON.stringify(task)}   finds the files and steps for the task`,
  ];
}
