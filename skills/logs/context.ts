import { z } from "zod";
import { defineTool } from "../../core/tool.ts";
import { counted } from "./counted.ts";
import { logNeeds, openLogs } from "./log_source.ts";
import { LOCAL_CONTAINER, rememberLast } from "./remember_last.ts";
import { type LogFileReport, type LogReport, reportLogs } from "./report_logs.ts";

const EMPTY: LogReport = { files: [], left: [], traces: [] };

export default defineTool({
  name: "context",
  aliases: ["ctx"],
  summary: "Key events of the logs: errors, warnings, exceptions and where they point",
  input: z.object({
    path: z.string().optional().describe("log file or folder; default the log folder"),
    maxLines: z.number().int().min(1).max(10_000).default(120)
      .describe("most lines of events"),
  }),
  effect: "read",
  examples: [
    { line: "context", says: "what went wrong lately" },
    { line: "ctx --path build/test.log", says: "events of one log" },
  ],
  needs: ({ path }, at) => logNeeds(path, at),
  propose: ({ plain, paths, subject }) => {
    const asks =
      /\b(logs?|crash\w*|traceback|exceptions?|stack ?trace|went wrong|errors?|why.*(fail|break|die|hang|stop)\w*)\b/i;
    if (!asks.test(plain)) return undefined;
    const path = paths.find((path) => /\.(log|out|err)$/i.test(path));
    // Nothing but errors and logs is asked for.
    const only = path !== undefined ||
      subject.split(" ").every((word) =>
        asks.test(word) || /^(?:in|are|went|wrong|did|it|the|there|)$/i.test(word)
      );
    return {
      input: path === undefined ? {} : { path },
      weight: only ? 0.92 : 0.7,
      reason: "the request speaks of errors, and logs hold them",
      completes: only,
    };
  },
  cooldown: 5,
  score: ({ data }, coverage) =>
    (data as { files: readonly unknown[] }).files.length > 0 ? 1 + 0.5 * coverage : 0,
  async run({ path, maxLines }, ctx) {
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
    return {
      ok: true,
      data: { ...report, files: shown },
      text: render({ ...report, files: shown }),
    };
  },
});

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
