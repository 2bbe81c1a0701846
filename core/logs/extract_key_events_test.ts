import assert from "node:assert/strict";
import fc from "fast-check";
import { extractKeyEvents, isKeyEvent } from "./extract_key_events.ts";

const OMITTED = "... stack trace omitted ...";

Deno.test("extractKeyEvents() keeps two lines around each hit and ends a block with a blank", () => {
  const text = "a\nb\nc\nERROR x\nd\ne\nf\n";
  assert.equal(extractKeyEvents(text), "b\nc\nERROR x\nd\ne\n");
});

Deno.test("extractKeyEvents() merges windows that overlap or touch, and only those", () => {
  const text = (gap: number) =>
    ["ERROR 1", ...Array.from({ length: gap }, (_, i) => `g${i}`), "ERROR 2"].join("\n");
  assert.equal(extractKeyEvents(text(4)).split("\n\n").length, 1, "windows touch");
  assert.equal(extractKeyEvents(text(5)), "ERROR 1\ng0\ng1\n\ng3\ng4\nERROR 2\n");
});

Deno.test("extractKeyEvents() hits the words of the list and named exceptions", () => {
  const hits = [
    "an error occurred",
    "FATAL: x",
    "unhandled exception",
    "Warning: x",
    "warn x",
    "3 failed",
    "1 failure",
    "2 Failures",
    "connect timeout",
    "file Not Found",
    "Traceback (most recent call last):",
    "KeyError: 'x'",
    "java.lang.IllegalStateException: y",
  ];
  for (const line of hits) assert.ok(isKeyEvent(line), line);
  for (const line of ["errors", "all good", "terror", "keyerrorx", "unwarned", "timeouts"]) {
    assert.ok(!isKeyEvent(line), line);
  }
});

Deno.test("isKeyEvent() takes a count of nothing for no event", () => {
  for (
    const line of [
      "2025-01-01 INFO 12 passed, 0 failed",
      "build done: 0 errors, 0 warnings",
      "finished without errors",
      'INFO {"failed": 0}',
      "failures: 0, errors=0",
      "no warnings",
    ]
  ) assert.ok(!isKeyEvent(line), line);
  for (
    const line of [
      "1 failed, 0 errors",
      "10 failed",
      "0 passed, 3 failed",
      "ERROR: 0 rows",
      "error: 0.5 s late",
      "no error: failed",
    ]
  ) assert.ok(isKeyEvent(line), line);
});

Deno.test("extractKeyEvents() keeps the innermost frame when asked, of every language", () => {
  const python = [
    "Traceback (most recent call last):",
    '  File "run.py", line 1, in <module>',
    "    main()",
    '  File "jobs.py", line 7, in main',
    "    y()",
    "KeyError: 'id'",
  ];
  const at = Array.from({ length: 5 }, (_, i) => `    at f${i} (a.js:${i}:1)`);
  const innermost = { frames: "innermost" } as const;
  assert.equal(
    extractKeyEvents(python.join("\n"), 99, innermost),
    [python[0], OMITTED, ...python.slice(3), ""].join("\n"),
  );
  const short = [python[0], ...python.slice(3)];
  assert.equal(extractKeyEvents(short.join("\n"), 99, innermost), [...short, ""].join("\n"));
  assert.equal(
    extractKeyEvents(["TypeError: x", ...at].join("\n"), 99, innermost),
    ["TypeError: x", at[0], OMITTED, ""].join("\n"),
  );
});

Deno.test("extractKeyEvents() drops the noise of model adapters first", () => {
  const noise = [
    "WARNING dspy.adapters.json_adapter: Failed structured output format",
    "json_adapter: failed to use structured outputs",
    "litellm.Timeout: ERROR timed out after 600.0 seconds",
    "litellm.exceptions.Timeout: x timed out after 600.0 seconds",
    "httpcore.readtimeout: error",
  ];
  for (const line of noise) assert.equal(extractKeyEvents(`a\n${line}\nb`), "a\nb", line);
});

Deno.test("extractKeyEvents() keeps the exception that ends a long traceback", () => {
  const frames = Array.from(
    { length: 60 },
    (_, i) => `  File "src/m${i}.py", line ${i}, in f\n    raise ValueError: error ${i}`,
  );
  const text = ["boot", "Traceback (most recent call last):", ...frames, "Http404", "after"]
    .join("\n");
  assert.equal(
    extractKeyEvents(text),
    `boot\nTraceback (most recent call last):\n${OMITTED}\nHttp404\n`,
  );
});

Deno.test("extractKeyEvents() knows tracebacks whose lines carry a prefix", () => {
  const lines = [
    "Traceback (most recent call last):",
    '  File "a.py", line 1, in <module>',
    "    main()",
    "SystemExit: 3",
  ];
  const expected = [lines[0], OMITTED, lines[3]];
  const prefixed = extractKeyEvents(lines.map((line) => `web-1  | ${line}`).join("\n"));
  assert.equal(prefixed, [`web-1  | ${lines[0]}`, OMITTED, `web-1  | ${lines[3]}`, ""].join("\n"));
  const logger = extractKeyEvents([`12:00 ERROR ${lines[0]}`, ...lines.slice(1)].join("\n"));
  assert.equal(logger, [`12:00 ERROR ${expected[0]}`, ...expected.slice(1), ""].join("\n"));
  const indented = extractKeyEvents(lines.map((line) => `    ${line}`).join("\n"));
  assert.equal(indented, [`    ${lines[0]}`, OMITTED, `    ${lines[3]}`, ""].join("\n"));
});

Deno.test("extractKeyEvents() keeps both exceptions of a chained traceback", () => {
  const trace = (end: string) =>
    `Traceback (most recent call last):\n  File "a.py", line 1, in f\n    x()\n${end}\n`;
  const middle = "\nDuring handling of the above exception, another exception occurred:\n\n";
  const events = extractKeyEvents(trace("Http404") + middle + trace("Http500"));
  assert.ok(events.includes("Http404") && events.includes("Http500"));
  assert.ok(!events.includes("x()"));
});

Deno.test("extractKeyEvents() collapses three `at` lines in a row, but not two", () => {
  const at = (count: number) =>
    Array.from({ length: count }, (_, i) => `    at f${i} (a.js:${i}:1)`);
  const error = "TypeError: x is undefined";
  assert.equal(
    extractKeyEvents([error, ...at(40), "next"].join("\n")),
    `${error}\n${OMITTED}\nnext\n`,
  );
  assert.equal(extractKeyEvents([error, ...at(2)].join("\n")), `${[error, ...at(2)].join("\n")}\n`);
});

Deno.test("extractKeyEvents() gives the last lines without a trailing newline if nothing hits", () => {
  assert.equal(extractKeyEvents("a\nb\nc\n", 2), "b\nc");
  assert.equal(extractKeyEvents(""), "");
});

Deno.test("extractKeyEvents() counts repeated lines", () => {
  const text = `x\n${"ERROR same\n".repeat(1000)}y\n`;
  assert.equal(extractKeyEvents(text), "x\nERROR same\n... repeated 999 times ...\ny\n");
});

Deno.test("extractKeyEvents() emits no line twice, keeps order, and never exceeds the limit", () => {
  const word = fc.constantFrom(
    "ok",
    "ERROR",
    "  at f",
    "Traceback (most recent call last):",
    "  x",
  );
  fc.assert(fc.property(
    fc.array(word, { maxLength: 80 }),
    fc.integer({ min: 1, max: 40 }),
    (words, maxLines) => {
      const lines = words.map((text, i) => `${text} #${i}`);
      const result = extractKeyEvents(lines.join("\n"), maxLines).split("\n");
      const numbers = result.flatMap((line) => /#(\d+)$/.exec(line)?.[1] ?? []).map(Number);
      assert.equal(new Set(numbers).size, numbers.length);
      assert.deepEqual(numbers, numbers.toSorted((a, b) => a - b));
      assert.ok(result.length <= maxLines);
    },
  ));
});

Deno.test("extractKeyEvents() keeps every hit outside of traces when there is room", () => {
  fc.assert(fc.property(
    fc.array(fc.constantFrom("ok", "ERROR", "warn", "XError: y"), { maxLength: 60 }),
    (words) => {
      const lines = words.map((text, i) => `${text} #${i}`);
      const result = extractKeyEvents(lines.join("\n"), 1_000).split("\n");
      for (const line of lines.filter(isKeyEvent)) assert.ok(result.includes(line), line);
    },
  ));
});

Deno.test("extractKeyEvents() reads CRLF and is fast on 5 MB", () => {
  assert.equal(extractKeyEvents("a\r\nERROR b\r\n"), "a\nERROR b\n");
  const text = "2025-01-01 INFO request served in 12 ms by worker 3\n".repeat(100_000);
  const start = performance.now();
  extractKeyEvents(text);
  assert.ok(performance.now() - start < 3_000);
});

Deno.test("extractKeyEvents() takes time in proportion to a line", () => {
  const since = performance.now();
  extractKeyEvents(`ERROR ${"x".repeat(2_000_000)}`);
  assert.ok(performance.now() - since < 5_000);
});
