/**
 * What the text of logs tells, without touching anything: key events, levels, stack traces, the
 * different errors and what to do about them.
 *
 * @example
 * ```ts
 * import { distinctErrors, extractKeyEvents, parseTraces } from "@dspy/code/core/logs";
 * import assert from "node:assert/strict";
 *
 * const log = "INFO start\nERROR no such table\n    at load (/app/db.ts:3:7)\nINFO end\n";
 * assert.match(extractKeyEvents(log), /ERROR no such table/);
 * assert.equal(distinctErrors(log)[0]?.count, 1);
 * assert.deepEqual(parseTraces(log)[0]?.frames, [{ file: "/app/db.ts", line: 3 }]);
 * ```
 *
 * @module
 */
export { type DistinctError, distinctErrors, type DistinctOptions } from "./distinct_errors.ts";
export { extractKeyEvents, isKeyEvent, type KeyEventOptions } from "./extract_key_events.ts";
export { goesOn } from "./goes_on.ts";
export { LAST_FIELDS, type LastFindings, lastWrites } from "./last_findings.ts";
export { levelOf, type LogLevel } from "./level_of.ts";
export { type LocatedTrace, type LocateOptions, locateTraces } from "./locate_traces.ts";
export { createLogMask, type LogMask, maskLog } from "./mask_log.ts";
export { nextSteps, type NextStepsOptions } from "./next_steps.ts";
export { parseTraces, type Trace, type TraceFrame } from "./parse_traces.ts";
export { plainLines } from "./plain_lines.ts";
export { type LogSummary, summarizeLog } from "./summarize_log.ts";
