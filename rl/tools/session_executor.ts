import type { CallResult } from "../../core/agent/mind.ts";
import type { CheckReport } from "../../core/check_report.ts";
import { leakyCommand } from "../verifiers/leaky_command.ts";
import { reportMetrics } from "../verifiers/report_metrics.ts";
import type { ActionResult } from "../verifiers/types.ts";
import type { ToolActionName } from "./tool_action.ts";
import type { ToolArgs, ToolExecutor } from "./tool_env.ts";

/** Which of a session's tools does an action; `shell_pwd` needs none. */
export const TOOL_OF_ACTION: Readonly<Record<ToolActionName, string>> = {
  run_tests: "run_tests",
  lint: "lint",
  build: "build",
  patch: "patch",
  shell_ls: "ls",
  shell_pwd: "",
  shell_cat: "cat",
  shell_cd: "ls",
  shell_run: "exec",
};

/** What {@linkcode createSessionExecutor} takes. */
export interface SessionExecutorOptions {
  /** Pass rate before any change, told to verifiers as `baseline_pass_rate`. Default unknown. */
  readonly baseline?: CheckReport;
  /**
   * Whether `shell_run` refuses what reads git's history or talks to the network, by its words:
   * {@linkcode leakyCommand}. Default true.
   */
  readonly sealed?: boolean;
}

/** A session's way to run a tool, as the agent does: never throws. */
export type SessionCall = (
  tool: string,
  input: unknown,
  options: { readonly origin: "agent"; readonly signal: AbortSignal },
) => Promise<CallResult>;

/** Changed lines at which the blast radius is 1. */
const LINE_CAP = 1_000;

/**
 * Runs the actions in a session, behind its gate: paths outside the workspace and what the policy
 * denies are refused there, a patch of a file that was not read too, and a refusal is a result.
 * `shell_run` takes `argv`, a list of words; no shell reads them.
 *
 * Arguments by action: `paths`, `filter`, `toolchain` of checks; `patch` (text) or `file`; `path`
 * of `shell_ls` and `shell_cd`; `file` of `shell_cat`; `argv`.
 *
 * @param call `session.call`.
 *
 * @example
 * ```ts
 * import { createSessionExecutor, createToolEnv } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const session = {
 *   call: (tool: string, input: unknown) =>
 *     Promise.resolve({
 *       call: { id: "1", tool, input },
 *       ok: true,
 *       text: "",
 *       data: { added: 30, removed: 1 },
 *       exitCode: 0,
 *       ms: 5,
 *     }),
 * };
 * const env = createToolEnv(createSessionExecutor(session.call), {
 *   allowedActions: ["patch"],
 *   actionArgs: { patch: { patch: "..." } },
 * });
 * await env.reset();
 * const [, reward] = await env.step(0);
 * assert.ok(reward < 0);
 * ```
 */
export function createSessionExecutor(
  call: SessionCall,
  { baseline, sealed = true }: SessionExecutorOptions = {},
): ToolExecutor {
  const before = baseline && reportMetrics(baseline).pass_rate;
  let folder = ".";

  return async (action, args, signal) => {
    if (action === "shell_pwd") return { tool: action, ok: true, metrics: {}, info: { folder } };
    const input = inputOf(action, args, folder);
    const leak = action === "shell_run" && sealed
      ? leakyCommand((input as { command: string[] }).command)
      : undefined;
    if (leak !== undefined) {
      return { tool: action, ok: false, metrics: {}, info: { refused: "sealed", reason: leak } };
    }
    const result = await call(TOOL_OF_ACTION[action], input, { origin: "agent", signal });
    const cd = action === "shell_cd" && result.ok ? (input as { path: string }).path : undefined;
    const entered = cd === undefined || !isFile(cd, result);
    if (cd !== undefined && entered) folder = cd;
    const reports = reportsIn(result);
    return {
      tool: action,
      ok: result.ok && entered,
      metrics: { ...metricsOf(action, result, reports[0], before), seconds: result.ms / 1_000 },
      ...(reports.length > 0 ? { reports } : {}),
      info: {
        text: result.text,
        ...(result.refused === undefined ? {} : { refused: result.refused }),
      },
    };
  };
}

function inputOf(action: ToolActionName, args: ToolArgs, folder: string): unknown {
  switch (action) {
    case "shell_ls":
    case "shell_cd":
      return { path: joined(folder, textOf(args.path ?? ".", action, "path")) };
    case "shell_cat":
      return { ...args, file: joined(folder, textOf(args.file, action, "file")) };
    case "shell_run":
      return { command: wordsOf(args.argv) };
    case "patch":
      if (args.patch === undefined && args.file === undefined) {
        throw new TypeError("patch has neither patch (text) nor file; give one in actionArgs");
      }
      return args;
    default:
      return args;
  }
}

function textOf(value: unknown, action: string, name: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new TypeError(`${action} has no ${name}; give one in actionArgs`);
}

function wordsOf(value: unknown): string[] {
  const words: unknown[] = Array.isArray(value) ? value : [];
  // One word with blanks would be read as a whole line.
  const fits = words.length > 0 && words.every((word) => typeof word === "string") &&
    !/\s/.test(words[0] as string);
  if (fits) return words as string[];
  throw new TypeError(
    `shell_run takes argv, a list of words such as ["ls", "-l"]; given: ${JSON.stringify(value)}`,
  );
}

/** A path below the folder we are in; the session's own guard keeps it in the workspace. */
function joined(folder: string, path: string): string {
  if (path.startsWith("/")) return path;
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split("/")) {
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/") || ".";
}

/** `ls` of a file lists that file alone. */
function isFile(path: string, { data }: CallResult): boolean {
  const { entries = [] } = data as { entries?: { name: string; kind: string }[] };
  const [only] = entries;
  return entries.length === 1 && only!.kind === "file" && path.split("/").at(-1) === only!.name;
}

function reportsIn({ data }: CallResult): CheckReport[] {
  const report = data as Partial<CheckReport> | null;
  const is = typeof report === "object" && typeof report?.toolchain === "string" &&
    Array.isArray(report.tests) && Array.isArray(report.problems);
  return is ? [report as CheckReport] : [];
}

function metricsOf(
  action: ToolActionName,
  { ok, data }: CallResult,
  report: CheckReport | undefined,
  before: number | undefined,
): ActionResult["metrics"] {
  if (action === "patch") {
    const { added = 0, removed = 0 } = (data ?? {}) as { added?: number; removed?: number };
    if (!ok) return { patch_applied: 0 };
    const lines = added + removed;
    return { patch_applied: 1, lines, blast_radius: Math.log1p(lines) / Math.log1p(LINE_CAP) };
  }
  if (report === undefined) return {};
  const metrics = reportMetrics(report);
  const known = before !== undefined && report.kind === "test";
  return known ? { ...metrics, baseline_pass_rate: before } : metrics;
}
