import type { WindowEvent } from "./window_event.ts";
import type { LogWindow } from "./log_window.ts";
import { createWindows, type WindowsOptions } from "./windows.ts";

/** Options of {@linkcode windowsOf}. */
export interface WindowsOfOptions extends WindowsOptions {
  /** Whether windows that are open at the end are given, too. Default false. */
  readonly flush?: boolean;
}

/**
 * The windows of recorded lines, in the order in which they are closed: what
 * {@linkcode createWindows} gives one after the other, and what the Spark job must give for the same
 * lines.
 *
 * @param events in the order in which they came.
 *
 * @example
 * ```ts
 * import { windowsOf } from "@dspy/code/streaming/logs";
 * import assert from "node:assert/strict";
 *
 * const at = (ts: number, line: string) => ({ key: "app", line, ts, seq: ts });
 * const closed = windowsOf([at(20_000, "WARN slow"), at(50_000, "failed"), at(200_000, "done")]);
 * assert.deepEqual(closed.map(({ start, stats }) => [start, stats.total]), [
 *   [0, 1],
 *   [15_000, 1],
 *   [30_000, 1],
 *   [45_000, 1],
 * ]);
 * ```
 */
export function windowsOf(
  events: Iterable<WindowEvent>,
  { flush = false, ...options }: WindowsOfOptions = {},
): LogWindow[] {
  const windows = createWindows(options);
  const closed: LogWindow[] = [];
  for (const event of events) closed.push(...windows.add(event));
  return flush ? [...closed, ...windows.flush()] : closed;
}
