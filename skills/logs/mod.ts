/**
 * What logs tell: their key events, levels and stack traces, new lines as they come, and large ones
 * read within a limit.
 *
 * @example
 * ```ts
 * import { extractKeyEvents, parseTraces, summarizeLog } from "@dspy/code/skills/logs";
 * import assert from "node:assert/strict";
 *
 * const log = "INFO start\nERROR no such table\n    at load (/app/db.ts:3:7)\nINFO end\n";
 * assert.match(extractKeyEvents(log), /ERROR no such table/);
 * assert.equal(summarizeLog(log).levels.error, 1);
 * assert.deepEqual(parseTraces(log)[0]?.frames, [{ file: "/app/db.ts", line: 3 }]);
 * ```
 *
 * @module
 */
export {
  extractKeyEvents,
  isKeyEvent,
  type KeyEventOptions,
  type LocatedTrace,
  type LocateOptions,
  locateTraces,
  type LogLevel,
  type LogSummary,
  parseTraces,
  summarizeLog,
  type Trace,
  type TraceFrame,
} from "../../core/logs/mod.ts";
export { type BundledLog, bundleLogs, type BundleOptions, type LogBundle } from "./bundle_logs.ts";
export { contextBuilder, type ContextInput, type LogContext } from "./context_builder.ts";
export { findLogs, type LogFile } from "./find_logs.ts";
export { type FollowerOptions, type LogChange, LogFollower } from "./log_follower.ts";
export { readCapped } from "./read_capped.ts";
