import assert from "node:assert/strict";
import { summarizeLog } from "./summarize_log.ts";

Deno.test("summarizeLog() counts levels written as words, fields and JSON", () => {
  const { levels, lines } = summarizeLog([
    "ERROR a",
    "[WARN] b",
    'ts=1 level=info msg="ERROR budget fine"',
    '{"level":"error","msg":"x"}',
    "CRITICAL c",
    "DEBUG d",
    "no level",
    "the error was small",
  ].join("\n"));
  assert.equal(lines, 8);
  assert.deepEqual(levels, { fatal: 1, error: 2, warning: 1, info: 1, debug: 1 });
});

Deno.test("summarizeLog() finds the first and last time, in any order and format", () => {
  const cases: [string[], string, string][] = [
    [
      ["2025-01-02T10:00:05Z b", "2025-01-02T10:00:00Z a"],
      "2025-01-02T10:00:00Z",
      "2025-01-02T10:00:05Z",
    ],
    [
      ["2025-01-02 10:00:00,123 a", "x", "2025-01-02 10:00:00,124 b"],
      "2025-01-02 10:00:00,123",
      "2025-01-02 10:00:00,124",
    ],
    [
      ["2025/01/02 10:00:00 go", "2025/02/01 10:00:00 go"],
      "2025/01/02 10:00:00",
      "2025/02/01 10:00:00",
    ],
    [
      ["[02/Jan/2025:10:00:00 +0000] x", "[01/Feb/2025:10:00:00 +0000] y"],
      "02/Jan/2025:10:00:00 +0000",
      "01/Feb/2025:10:00:00 +0000",
    ],
    [
      ["2025-01-02T10:00:00+02:00 early", "2025-01-02T09:00:00Z late"],
      "2025-01-02T10:00:00+02:00",
      "2025-01-02T09:00:00Z",
    ],
  ];
  for (const [lines, first, last] of cases) {
    const summary = summarizeLog(lines.join("\n"));
    assert.deepEqual([summary.first, summary.last], [first, last]);
  }
  assert.equal(summarizeLog("no time\n9999-99-99 99:99 bad").first, undefined);
});

Deno.test("summarizeLog() counts complaints that differ only in numbers and ids", () => {
  const log = [
    "2025-01-02 10:00:00 ERROR job 17 failed in 3 ms",
    "2025-01-02 10:00:01 ERROR job 18 failed in 4 ms",
    "2025-01-02 10:00:02 WARN disk low",
    "2025-01-02 10:00:03 INFO job 19 done",
    "2025-01-02 10:00:03 INFO job 20 done",
  ].join("\n");
  assert.deepEqual(summarizeLog(log).repeated, [
    { message: "ERROR job # failed in # ms", count: 2 },
  ]);
});
