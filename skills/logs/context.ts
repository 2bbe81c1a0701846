import { lazy } from "../../core/lazy.ts";
import { defineTool, type ToolContext, type ToolResult } from "../../core/tool.ts";
import { quietOffer } from "../_quiet_offer.ts";
import { whoAnswered } from "../_who_answered.ts";
import type { LogContext } from "./context_builder.ts";
import { counted } from "../../core/logs/counted.ts";
import { logNeeds, openLogs } from "./log_source.ts";
import { LOCAL_CONTAINER, rememberLast } from "./remember_last.ts";
import { type LogFileReport, type LogReport, reportLogs } from "./report_logs.ts";

const loadSkill = lazy<typeof import("./context_builder.ts")>(
  "./context_builder.ts",
  import.meta.url,
);

/** Result of the tool `context`. */
export interface ContextData extends LogReport {
  /** What a model made of it, if one was asked and answered. */
  readonly found?: LogContext;
}

const EMPTY: LogReport = { files: [], left: [], traces: [] };

export default defineTool({
  name: "context",
  aliases: ["ctx"],
  summary: "Key events of the logs: errors, warnings, exceptions and where they point",
  input: (z) =>
    z.object({
      path: z.string().optional().describe("log file or folder; default the log folder"),
      maxLines: z.number().int().min(1).max(10_000).default(120)
        .describe("most lines of events"),
      useLm: z.boolean().default(false).describe("let a model say what may be the cause"),
    }),
  effect: "read",
  asksModel: true,
  examples: [
    { line: "context", says: "what went wrong lately" },
    { line: "ctx --path build/test.log", says: "events of one log" },
  ],
  needs: ({ path }, at) => logNeeds(path, at),
  propose: ({ plain, paths, subject }) => {
    const asks =
      /\b(logs?|crash\w*|traceback|exceptions?|stack ?trace|went wrong|errors?|why.*(fail|break|die|hang|stop)\w*)\b/i;
    const path = paths.find((path) => /\.(log|out|err)$/i.test(path));
    const input = path === undefined ? {} : { path };
    if (!asks.test(plain)) return quietOffer(input);
    // Nothing but errors and logs is asked for.
    const only = path !== undefined ||
      subject.split(" ").every((word) =>
        asks.test(word) || /^(?:in|are|went|wrong|did|it|the|there|)$/i.test(word)
      );
    return {
      input,
      weight: only ? 0.92 : 0.7,
      reason: "the request speaks of errors, and logs hold them",
      completes: only,
    };
  },
  cooldown: 5,
  score: ({ data }, coverage) =>
    (data as { files: readonly unknown[] }).files.length > 0 ? 1 + 0.5 * coverage : 0,
  async run({ path, maxLines, useLm }, ctx): Promise<ToolResult<ContextData>> {
    const source = await openLogs(ctx, path);
    const report = source
      ? await reportLogs(source.files, source.path, {
        maxLines,
        maxBytes: ctx.config.maxLogBytes,
        sources: ctx.files,
        signal: ctx.signal,
      })
      : EMPTY;
    if (!source || report.files.length === 0) {
      const where = path ?? ctx.config.logs;
      return { ok: true, data: report, text: `No logs in ${where}: name some with --path.` };
    }
    const events = report.files.map((file) => file.events).filter(Boolean);
    // The findings are the answer; that they outlast the session is an extra.
    await rememberLast(ctx.store, LOCAL_CONTAINER, { key_points: events }).catch(() => {});
    const shown = report.files.map((file) => ({ ...file, path: source.show(file.path) }));
    const told = { ...report, files: shown };
    const { found, lines } = useLm ? await explain(told, ctx) : { lines: [] };
    const data = { ...told, ...found && { found } };
    return { ok: true, data, text: [render(told), ...lines].join("\n") };
  },
});

/** What a model makes of it, or what the rules do when it cannot. */
async function explain(
  { files, traces }: LogReport,
  ctx: ToolContext,
): Promise<{ found?: LogContext; lines: string[] }> {
  if (ctx.lm === undefined) return { lines: ["", "(no model is configured: these are the facts)"] };
  const logs = files.map(({ path, events }) => `===== ${path} =====\n${events}`).join("\n");
  const result = await (await loadSkill()).contextBuilder.run({ logs, traces }, ctx);
  const { events, hypotheses } = result.output;
  const lines = [
    ...section("What shows it", events.map((event) => `  ${event}`)),
    ...section("What may be the cause", hypotheses.map((text) => `- ${text}`)),
    "",
    ...whoAnswered(result),
  ];
  return { ...result.by === "model" && { found: result.output }, lines };
}

function render(report: LogReport): string {
  const repeated = report.files.flatMap((file) => file.repeated)
    .toSorted((a, b) => b.count - a.count).slice(0, 5);
  return [
    "--- Extracted Events ---",
    ...report.files.filter((file) => file.events !== "").flatMap((file) => [
      `===== ${file.path} =====`,
      file.events,
      "",
    ]),
    "--- Logs ---",
    ...report.files.map(fileLine),
    ...report.left.length === 0 ? [] : [`  not read: ${counted(report.left.length, "older log")}`],
    ...section("Repeated", repeated.map(({ message, count }) => `  ${count} x ${message}`)),
    ...section(
      "Points into the workspace",
      report.traces.map(({ path, line, error, count }) =>
        `  ${path}:${line}: ${error}${count > 1 ? ` (${count} times)` : ""}`
      ),
    ),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `--- ${title} ---`, ...lines];
}

function fileLine(file: LogFileReport): string {
  const levels = Object.entries(file.levels)
    .filter(([, count]) => count > 0)
    .map(([level, count]) => `${count} ${level}`);
  const span = file.first === undefined
    ? []
    : [file.first === file.last ? file.first : `${file.first} to ${file.last}`];
  const facts = [
    counted(file.lines, "line"),
    ...levels,
    ...span,
    ...file.cut ? ["middle cut out"] : [],
  ];
  return `  ${file.path}: ${facts.join(", ")}`;
}
