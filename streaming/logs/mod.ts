/**
 * From a growing log to findings: tailers of files and containers, contexts and windows of the lines
 * that say that something is wrong, workers that answer them, and changes of files.
 *
 * @example What a log says, as it says it
 * ```ts
 * import { createLocalBus } from "@dspy/code/streaming/bus";
 * import { Aggregator, FileTailer, type LogFindings, publishLines, Worker } from "@dspy/code/streaming/logs";
 * import assert from "node:assert/strict";
 *
 * const log = await Deno.makeTempFile({ suffix: ".log" });
 * await using bus = createLocalBus();
 * const findings = bus.subscribe<LogFindings>("agent.results.app");
 * await using _worker = new Worker(bus, "app");
 * await using _lines = new Aggregator(bus, "logs.raw.app", "logs.ctx.app", { windowSec: 0.05 });
 * await using _tailer = await FileTailer.open(log, publishLines(bus, "logs.raw.app"));
 * await Deno.writeTextFile(log, "Error: connect ECONNREFUSED 127.0.0.1:5432\n", { append: true });
 * assert.match((await findings.get())!.value.plan, /`nc -vz 127\.0\.0\.1 5432`/);
 * await Deno.remove(log);
 * ```
 *
 * @module
 */
export { type Clock, systemClock } from "./clock.ts";
export { Aggregator, type AggregatorOptions } from "./aggregator.ts";
export { ContextLines, type ContextLinesOptions } from "./context_lines.ts";
export { type ContextSink, contextSink, type ContextSinkOptions } from "./context_sink.ts";
export { type DockerPosition, DockerTailer, type DockerTailerOptions } from "./docker_tailer.ts";
export { runningContainers } from "./running_containers.ts";
export { type SpawnLines, spawnLines, type SpawnLinesOptions } from "./spawn_lines.ts";
export type { LogContextMessage } from "./log_context.ts";
export {
  type LogFindings,
  type LogSummarizer,
  processCtx,
  type ProcessOptions,
} from "./process_ctx.ts";
export {
  type FileEvent,
  type FileWatch,
  type FileWatchMetrics,
  watchFiles,
  type WatchFilesOptions,
} from "./watch_files.ts";
export { Worker, type WorkerOptions } from "./worker.ts";
export { autodiscoverLogs, type DiscoveredLog, type DiscoverOptions } from "./discover_logs.ts";
export { openFileLines } from "./file_lines.ts";
export { newestChange } from "./newest_change.ts";
export type { FilePosition, TailPosition } from "./file_position.ts";
export { FileTailer, type FileTailerOptions } from "./file_tailer.ts";
export { type LineBatch, type LineSink, type TailedLine, tailedLines } from "./line_sink.ts";
export { publishLines } from "./publish_lines.ts";
export { sendLines, type SendLinesOptions } from "./send_lines.ts";
export { appendLines, storeLines, type StoreLinesOptions } from "./store_lines.ts";
export type { TailMetrics, TailNotice } from "./tail_notice.ts";
export type { LogWindow, OpenWindow, WindowsState } from "./log_window.ts";
export { type WindowEvent, windowEvent } from "./window_event.ts";
export {
  type WindowedLogs,
  windowLogs,
  type WindowLogsOptions,
  type WindowMessage,
} from "./window_logs.ts";
export { createWindows, type Windows, type WindowsOptions } from "./windows.ts";
export { windowsOf, type WindowsOfOptions } from "./windows_of.ts";
