import assert from "node:assert/strict";
import fc from "fast-check";
import type { WindowEvent } from "./window_event.ts";
import type { WindowsState } from "./log_window.ts";
import { createWindows, type WindowsOptions } from "./windows.ts";
import { windowsOf } from "./windows_of.ts";

const at = (ts: number, line: string, key = "app", seq = ts): WindowEvent => ({
  key,
  line,
  ts,
  seq,
});

/** Lines that come more or less in time. */
const EVENTS = fc.array(
  fc.record({
    key: fc.constantFrom("app", "web"),
    line: fc.constantFrom("INFO a", "ERROR b", "WARN c", "it failed", "d"),
    step: fc.integer({ min: -8_000, max: 9_000 }),
  }),
  { maxLength: 120 },
).map((steps) => {
  let ts = 1_000_000;
  return steps.map(({ key, line, step }, seq) => at(Math.max(0, ts += step), line, key, seq));
});

const OPTIONS: fc.Arbitrary<WindowsOptions> = fc.record({
  watermarkMs: fc.constantFrom(0, 5_000, 20_000),
  maxLines: fc.constantFrom(1, 3, 1_000),
  around: fc.constantFrom(0, 2),
  gapMs: fc.constantFrom(undefined, 4_000),
}).map(({ gapMs, ...rest }) => gapMs === undefined ? rest : { ...rest, gapMs });

Deno.test("createWindows() puts a hit into two windows, and closes each once at the watermark", () => {
  const windows = createWindows();
  assert.deepEqual(windows.add(at(29_999, "ERROR x")), []);
  assert.deepEqual(windows.add(at(30_000, "a warning")), []);
  assert.deepEqual(windows.add(at(149_999, "INFO")), []);
  const [first, ...others] = windows.add(at(150_000, "INFO"));
  assert.deepEqual(others, []);
  assert.deepEqual(first, {
    key: "app",
    start: 0,
    end: 30_000,
    ctx: ["ERROR x"],
    stats: { error_count: 1, warn_count: 0, total: 1 },
    closed: true,
  });
  const rest = windows.add(at(400_000, "INFO"));
  assert.deepEqual(rest.map(({ start, ctx }) => [start, ctx]), [
    [15_000, ["ERROR x", "a warning"]],
    [30_000, ["a warning"]],
  ]);
  assert.deepEqual(windows.flush(), []);
});

Deno.test("createWindows() counts late hits, and takes one that is late for one window only", () => {
  const windows = createWindows({ watermarkMs: 10_000 });
  // The watermark is 30,000: the window from 0 on is closed, the one from 15,000 on is not.
  windows.add(at(40_000, "INFO"));
  windows.add(at(20_000, "ERROR half late"));
  windows.add(at(14_999, "ERROR too late"));
  windows.add(at(14_000, "INFO too late, but nobody misses it"));
  const { late, lateRows } = windows.state();
  assert.deepEqual([late, lateRows], [1, 3]);
  assert.deepEqual(windows.flush().map(({ start, ctx }) => [start, ctx]), [
    [15_000, ["ERROR half late"]],
  ]);
});

Deno.test("createWindows() orders lines by time and keeps the first ones", () => {
  const events = [at(3, "error c"), at(1, "error a"), at(2, "error b", "app", 9), at(2, "error B")];
  const [all] = windowsOf(events, { flush: true, sizeMs: 10, slideMs: 10 });
  assert.deepEqual(all!.ctx, ["error a", "error B", "error b", "error c"]);
  const [two] = windowsOf(events, { flush: true, sizeMs: 10, slideMs: 10, maxLines: 2 });
  assert.deepEqual([two!.ctx, two!.stats.total], [["error a", "error B"], 4]);
});

Deno.test("createWindows() keeps lines around a hit of the same container, and does not count them", () => {
  const lines = ["1", "2", "ERROR 3", "4", "5"].map((line, i) => at(i, line));
  const other = [at(1, "x", "web"), at(3, "y", "web")];
  const mixed = [lines[0]!, other[0]!, ...lines.slice(1, 4), other[1]!, lines[4]!];
  const [window, ...others] = windowsOf(mixed, {
    flush: true,
    around: 1,
    sizeMs: 10,
    slideMs: 10,
  });
  assert.deepEqual([window!.ctx, window!.stats.total], [["2", "ERROR 3", "4"], 1]);
  assert.deepEqual(others, []);
});

Deno.test("createWindows() makes gap windows, also from lines that come in between", () => {
  const times = [0, 5, 30, 34, 17, 50];
  const events = times.map((ts) => at(ts, `error ${ts}`));
  const gaps = (gapMs: number) =>
    windowsOf(events, { gapMs, flush: true, watermarkMs: 1_000 })
      .map(({ start, end }) => [start, end]);
  assert.deepEqual(gaps(10), [[0, 15], [17, 27], [30, 44], [50, 60]]);
  assert.deepEqual(gaps(14), [[0, 48], [50, 64]]);
});

Deno.test("createWindows() gives updates when asked", () => {
  const windows = createWindows({ sizeMs: 10, slideMs: 10, watermarkMs: 0, updates: true });
  const given = [at(1, "error a"), at(2, "info"), at(3, "error b"), at(20, "info")]
    .flatMap((event) => windows.add(event).map(({ ctx, closed }) => [ctx.length, closed]));
  assert.deepEqual(given, [[1, false], [2, false], [2, true]]);
});

Deno.test("createWindows() gives the same windows when it is stopped and restored anywhere", () => {
  fc.assert(
    fc.property(EVENTS, OPTIONS, fc.array(fc.nat(120), { maxLength: 4 }), (events, options, at) => {
      const whole = windowsOf(events, options);
      const found: typeof whole = [];
      let windows = createWindows(options);
      events.forEach((event, i) => {
        if (at.includes(i)) {
          const state = JSON.parse(JSON.stringify(windows.state())) as WindowsState;
          windows = createWindows(options, state);
        }
        found.push(...windows.add(event));
      });
      assert.deepEqual(found, whole);
    }),
    { numRuns: 300 },
  );
});

Deno.test("createWindows(): what changes() tells, put together, is the state", () => {
  fc.assert(
    fc.property(EVENTS, OPTIONS, (events, options) => {
      const windows = createWindows(options);
      const kept = new Map<string, unknown>();
      for (const event of events) {
        windows.add(event);
        for (const [id, window] of windows.changes()) {
          if (window === undefined) kept.delete(id);
          else kept.set(id, structuredClone(window));
        }
      }
      const sorted = (values: Iterable<unknown>) =>
        [...values].map((v) => JSON.stringify(v)).sort();
      assert.deepEqual(sorted(kept.values()), sorted(windows.state().windows));
    }),
    { numRuns: 300 },
  );
});

Deno.test("windowsOf() agrees with a plain reckoning of sliding windows", () => {
  fc.assert(
    fc.property(EVENTS, fc.constantFrom(0, 5_000, 20_000), (events, watermarkMs) => {
      const given = windowsOf(events, { watermarkMs });
      const expected = new Map<string, string[]>();
      const emitted = new Set<string>();
      const order: string[] = [];
      let newest = -Infinity;
      for (const { key, line, ts, seq } of events) {
        const watermark = newest - watermarkMs;
        if (/error|warn|failed/i.test(line)) {
          for (let start = 0; start <= ts; start += 15_000) {
            if (ts >= start + 30_000 || start + 30_000 <= watermark) continue;
            const id = JSON.stringify([start + 30_000, key]);
            expected.set(id, [...expected.get(id) ?? [], JSON.stringify([ts, seq, line])]);
          }
        }
        newest = Math.max(newest, ts);
        const due = [...expected.keys()].filter((id) =>
          !emitted.has(id) && JSON.parse(id)[0] <= newest - watermarkMs
        ).sort((a, b) => JSON.parse(a)[0] - JSON.parse(b)[0] || (a < b ? -1 : 1));
        for (const id of due) {
          emitted.add(id);
          order.push(id);
        }
      }
      assert.deepEqual(given.map(({ end, key }) => JSON.stringify([end, key])), order);
      for (const { end, key, ctx } of given) {
        const lines = expected.get(JSON.stringify([end, key]))!.map((text) => JSON.parse(text));
        lines.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        assert.deepEqual(ctx, lines.map(([, , line]) => line));
      }
    }),
    { numRuns: 150 },
  );
});
