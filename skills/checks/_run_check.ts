import { UserError } from "../../core/errors.ts";
import type { ProgramResult } from "../../core/command.ts";
import type { ToolContext, ToolResult } from "../../core/tool.ts";
import type { Check, Choice, Reading } from "./_check.ts";
import type { CheckKind, CheckReport, TestOutcome } from "./check_report.ts";
import { formatReport } from "./_format_report.ts";
import { type CheckPlan, type CheckWish, fieldsOf, planCheck } from "./_plan_check.ts";

/** Most problems and notes of a report that are stored; tests are all, without their messages. */
const MAX_STORED = 200;

/**
 * Finds the toolchain, runs it, reads its report and keeps a summary in the store under
 * `checks:last:<kind>`.
 */
export async function runCheck(
  kind: CheckKind,
  wish: CheckWish,
  ctx: ToolContext,
): Promise<ToolResult<CheckReport>> {
  const plan = await planCheck(kind, wish, ctx.files, ctx.signal);
  const { check, result, absent } = await firstInstalled(plan, wish, ctx);
  const reading = await check.read(result, { files: ctx.files, dir: plan.project.dir });
  const report = toReport(plan, check, result, {
    ...reading,
    notes: [...absent, ...reading.notes ?? [], ...notesOn(plan, wish)],
  });
  await ctx.store.put(`checks:last:${kind}`, {
    ...report,
    ts: Date.now(),
    tests: report.tests.map(({ name, file, status }) => ({ name, file, status })),
    problems: report.problems.slice(0, MAX_STORED),
  });
  return { ok: report.ok, data: report, text: formatReport(report, tailOf(result)) };
}

/** What would run, for a person who is asked. */
export async function previewCheck(
  kind: CheckKind,
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

function toReport(
  { project }: CheckPlan,
  check: Check,
  result: ProgramResult,
  { tests = [], problems = [], notes = [], complete = true, failed: bad = false }: Reading,
): CheckReport {
  const count = (...wanted: TestOutcome["status"][]) =>
    tests.filter(({ status }) => wanted.includes(status)).length;
  const passed = count("pass");
  const failed = count("fail", "error");
  const isTest = check.kind === "test";
  const counted = isTest && check.exitCodeOnly !== true && (complete || tests.length > 0);
  const ran = !isTest || check.exitCodeOnly === true || passed + failed > 0;
  return {
    kind: check.kind,
    toolchain: check.id,
    dir: project.dir,
    argv: result.argv,
    ok: result.code === 0 && complete && ran && failed === 0 && !bad,
    counted,
    total: tests.length,
    passed,
    failed,
    skipped: count("skip", "xfail"),
    tests,
    problems,
    notes: [
      ...notes,
      ...doubts(check, result, {
        complete,
        ran,
        any: tests.length > 0,
        broken: problems.length > 0,
      }),
    ],
    ms: result.ms,
    exitCode: result.code,
  };
}

function doubts(
  check: Check,
  { code, signal, timedOut, ms }: ProgramResult,
  { complete, ran, any, broken }: Record<"complete" | "ran" | "any" | "broken", boolean>,
): string[] {
  if (timedOut) return [`stopped at the time limit, after ${Math.round(ms / 1_000)} s`];
  if (signal) return [`ended by ${signal}`];
  if (!complete) {
    if (any) return ["the report is not complete"];
    return [broken ? "no test ran" : `${check.id} left no report that could be read`];
  }
  if (!ran) return [any ? "all tests were skipped: no test ran" : "no test ran"];
  if (check.exitCodeOnly && check.kind === "test") {
    return [`${check.id} says only how it ended (exit code ${code}): no tests were counted`];
  }
  return [];
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
