/**
 * logs
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
