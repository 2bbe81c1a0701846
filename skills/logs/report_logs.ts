import type { Files } from "../../core/workspace/files.ts";
import { type BundledLog, bundleLogs, type BundleOptions } from "./bundle_logs.ts";
import { extractKeyEvents, isKeyEvent } from "../../core/logs/extract_key_events.ts";
import { type LocatedTrace, locateTraces } from "../../core/logs/locate_traces.ts";
import { parseTraces } from "../../core/logs/parse_traces.ts";
import { type LogSummary, summarizeLog } from "../../core/logs/summarize_log.ts";

/** What one log says. */
export interface LogFileReport extends LogSummary {
  readonly path: string;
  /** Bytes on disk. */
  readonly size: number;
  /** Whether the middle was cut out before reading. */
  readonly cut: boolean;
  /** Its key events; empty for a log without any while others have some. */
  readonly events: string;
}

/** What the logs of a folder say. */
export interface LogReport {
  readonly files: readonly LogFileReport[];
  /** Older logs that were not read. */
  readonly left: readonly string[];
  /** Errors that point into the workspace, newest first. */
  readonly traces: readonly LocatedTrace[];
}

/** Options of {@linkcode reportLogs}. */
export interface ReportOptions extends BundleOptions {
  /** Most lines of events over all files. Default 120. */
  readonly maxLines?: number;
  /** Files that traces are looked up in, when they are not those of the logs. */
  readonly sources?: Files;
}

/**
 * Reads logs and draws out what matters: key events by file, counts, times, repeated messages and
 * the errors that point to files here.
 *
 * @param files where the logs are.
 * @param path log file or folder.
 * @throws {UserError} what {@linkcode Files} throws for `path`.
 */
export async function reportLogs(
  files: Files,
  path: string,
  { maxLines = 120, sources = files, ...bundling }: ReportOptions = {},
): Promise<LogReport> {
  const { logs, left } = await bundleLogs(files, path, bundling);
  const telling = logs.filter((log) => log.text.split("\n").some(isKeyEvent));
  // Without a single event the newest log's last lines are the best there is.
  const shown = new Set(telling.length > 0 ? telling : newest(logs));
  const share = Math.max(10, Math.floor(maxLines / Math.max(1, shown.size)));
  let room = maxLines;
  const reports = logs.map((log): LogFileReport => {
    const events = shown.has(log) ? eventsOf(log.text, Math.min(share, room)) : [];
    room -= events.length;
    const { path, size, cut } = log;
    return { path, size, cut, ...summarizeLog(log.text), events: events.join("\n") };
  });
  const byAge = logs.toSorted((a, b) => a.mtime - b.mtime);
  const traces = await locateTraces(sources, byAge.flatMap(({ text }) => parseTraces(text)));
  return { files: reports, left, traces };
}

function newest(logs: readonly BundledLog[]): BundledLog[] {
  return logs.toSorted((a, b) => b.mtime - a.mtime).slice(0, 1);
}

/** Key events, cut in the middle: the first error is often the cause, the last one the state. */
function eventsOf(text: string, most: number): string[] {
  if (most <= 0) return [];
  const all = extractKeyEvents(text, Number.MAX_SAFE_INTEGER, { frames: "innermost" });
  const lines = all.replace(/\n+$/, "").split("\n");
  if (lines.length <= most || most < 3) return lines.slice(-most);
  const head = Math.floor((most - 1) / 2);
  const tail = most - 1 - head;
  const omitted = lines.length - head - tail;
  return [
    ...lines.slice(0, head),
    `... ${omitted} lines of events omitted ...`,
    ...lines.slice(-tail),
  ];
}
