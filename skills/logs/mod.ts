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
export { type BundledLog, bundleLogs, type BundleOptions, type LogBundle } from "./bundle_logs.ts";
export { contextBuilder, type ContextInput, type LogContext } from "./context_builder.ts";
export { extractKeyEvents, isKeyEvent, type KeyEventOptions } from "./extract_key_events.ts";
export { findLogs, type LogFile } from "./find_logs.ts";
export { type LocatedTrace, type LocateOptions, locateTraces } from "./locate_traces.ts";
export { type FollowerOptions, type LogChange, LogFollower } from "./log_follower.ts";
export { parseTraces, type Trace, type TraceFrame } from "./parse_traces.ts";
export { readCapped } from "./read_capped.ts";
export { type LogLevel, type LogSummary, summarizeLog } from "./summarize_log.ts";
