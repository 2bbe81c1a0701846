import { posix } from "node:path";
import { UserError } from "../../core/errors.ts";
import type { ProgramResult } from "../../core/command.ts";
import type { ToolContext, ToolResult } from "../../core/tool.ts";
import type { AskedKind, Check, Choice } from "./_check.ts";
import type { CheckReport } from "../../core/check_report.ts";
import { FAMILIES } from "./_families.ts";
import { formatReport } from "./_format_report.ts";
import { type CheckPlan, type CheckWish, fieldsOf, planCheck } from "./_plan_check.ts";
import { findSuppressions } from "./_suppressions.ts";
import { toReport } from "./_to_report.ts";
import { type KeptReport, verifyChange } from "./_verify_change.ts";

/** Most problems and notes of a report that are stored; tests are all, without their messages. */
const MAX_STORED = 200;

/**
 * Finds the toolchain, runs it, reads its report and keeps a summary in the store under
 * `checks:last:<kind>`.
 */
export async function runCheck(
  kind: AskedKind,
  wish: CheckWish,
  ctx: ToolContext,
): Promise<ToolResult<CheckReport>> {
  const plan = await planCheck(kind, wish, ctx.files, ctx.signal);
  const [{ check, result, absent }, suppressions] = await Promise.all([
    firstInstalled(plan, wish, ctx),
    kind === "test" ? undefined : silenced(plan, ctx),
  ]);
  const reading = await check.read(result, { files: ctx.files, dir: plan.project.dir });
  const read = toReport(plan.project.dir, check, result, {
    ...reading,
    notes: [...absent, ...reading.notes ?? [], ...notesOn(plan, wish)],
  });
  const report = suppressions === undefined ? read : { ...read, suppressions };
  const { paths, filter, toolchain } = wish;
  const kept: KeptReport = {
    ...report,
    ts: Date.now(),
    asked: { paths, filter, toolchain },
    tests: report.tests.map(({ ms: _, message: __, line: ___, ...test }) => test),
    problems: report.problems.slice(0, MAX_STORED),
  };
  const key = `checks:last:${kind}`;
  const before = ctx.learner && await ctx.store.get<KeptReport>(key);
  await ctx.store.put(key, kept);
  await verifyChange(before, kept, ctx);
  return { ok: report.ok, data: report, text: formatReport(report, tailOf(result)) };
}

/** What would run, for a person who is asked. */
export async function previewCheck(
  kind: AskedKind,
  wish: CheckWish,
  ctx: ToolContext,
): Promise<string> {
  const plan = await planCheck(kind, wish, ctx.files, ctx.signal);
  const choice = plan.choices[0]!;
  const argv = await choice.check.command.argv(
    { ...fieldsOf(plan, choice, wish), timeoutMs: timeLimit(ctx) },
    { root: ctx.files.root, scratch: "<private folder>", env: {} },
  );
  return `in ${plan.project.dir}: ${[argv.program, ...argv.args].join(" ")}`;
}

/** Comments that silence a linter or compiler, in the files that are checked. */
function silenced({ project, targets }: CheckPlan, ctx: ToolContext) {
  const { endings } = FAMILIES.find(({ name }) => name === project.family)!;
  const paths = (targets.length > 0 ? targets : ["."]).map((path) => posix.join(project.dir, path));
  return findSuppressions(ctx.files, paths, endings, ctx.signal);
}

async function firstInstalled(
  plan: CheckPlan,
  wish: CheckWish,
  ctx: ToolContext,
): Promise<{ check: Check; result: ProgramResult; absent: string[] }> {
  const missing: UserError[] = [];
  for (const choice of plan.choices) {
    const result = await start(choice, plan, wish, ctx);
    if (!(result instanceof UserError)) {
      return { check: choice.check, result, absent: missing.map((error) => error.line) };
    }
    missing.push(result);
  }
  throw missing[0]!;
}

async function start(
  choice: Choice,
  plan: CheckPlan,
  wish: CheckWish,
  ctx: ToolContext,
): Promise<ProgramResult | UserError> {
  const { check } = choice;
  ctx.progress({ text: `${check.id} in ${plan.project.dir}` });
  const all = { ...fieldsOf(plan, choice, wish), timeoutMs: timeLimit(ctx) };
  const onOutput = follow(check, ctx);
  try {
    const result = await ctx.execute(check.id, all, { onOutput });
    if (!check.absent?.(result)) return result;
    return new UserError("missing", `${check.id} is not installed`, { hint: check.get });
  } catch (error) {
    if (error instanceof UserError && error.kind === "missing") return error;
    throw error;
  }
}

function timeLimit(ctx: ToolContext): number {
  return Math.max(1, ctx.config.timeoutSec) * 1_000;
}

/** Feeds whole lines to the check's watcher, each stream by itself. */
function follow(check: Check, ctx: ToolContext): (chunk: string, stream: string) => void {
  const watch = check.watch?.();
  const rest: Record<string, string> = {};
  return (chunk, stream) => {
    if (!watch) return;
    const lines = ((rest[stream] ?? "") + chunk).split("\n");
    // A line without an end must not grow for ever.
    rest[stream] = lines.pop()!.slice(-4_096);
    for (const line of lines) {
      const update = watch(line.trimEnd());
      if (update) ctx.progress(update);
    }
  };
}

function notesOn({ others }: CheckPlan, { toolchain, paths }: CheckWish): string[] {
  const asked = toolchain !== undefined || paths.length > 0;
  return asked || others.length === 0
    ? []
    : [`also found ${others.join(", ")}: choose with --toolchain or a path`];
}

/** The last lines of the output that say something. */
function tailOf({ stdout, stderr }: ProgramResult): string {
  const last = (text: string) => text.trimEnd().split("\n").slice(-15).join("\n").slice(-2_000);
  return [last(stdout), last(stderr)].filter((text) => text !== "").join("\n");
}
