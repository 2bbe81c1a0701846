import assert from "node:assert/strict";
import fc from "fast-check";
import { parseTraces } from "./parse_traces.ts";

Deno.test("parseTraces() reads a Python traceback innermost first, with the line that ends it", () => {
  const text = [
    "2025-01-01 ERROR request failed",
    "Traceback (most recent call last):",
    '  File "/app/main.py", line 10, in <module>',
    "    run()",
    "    ~~~^^",
    '  File "/app/jobs/run.py", line 7, in run',
    '    raise KeyError("x")',
    "KeyError: 'x'",
    "next",
  ].join("\n");
  assert.deepEqual(parseTraces(text), [{
    error: "KeyError: 'x'",
    at: 3,
    frames: [{ file: "/app/jobs/run.py", line: 7 }, { file: "/app/main.py", line: 10 }],
  }]);
});

Deno.test("parseTraces() reads traces of Node, Deno, Java, Go and Rust", () => {
  const cases: [string, string, string, number][] = [
    [
      "TypeError: a.b is not a function\n    at Object.<anonymous> (/w/src/a.js:3:5)",
      "TypeError: a.b is not a function",
      "/w/src/a.js",
      3,
    ],
    [
      "error: Uncaught (in promise) Error: no\n    at file:///w/src/b.ts:9:1",
      "error: Uncaught (in promise) Error: no",
      "/w/src/b.ts",
      9,
    ],
    [
      "java.lang.IllegalStateException: bad\n\tat com.acme.app.Main.run(Main.java:42)",
      "java.lang.IllegalStateException: bad",
      "com/acme/app/Main.java",
      42,
    ],
    [
      "panic: runtime error: index out of range\n\ngoroutine 1 [running]:\nmain.main()\n\t/w/main.go:8 +0x1d",
      "panic: runtime error: index out of range",
      "/w/main.go",
      8,
    ],
    [
      "thread 'main' panicked at src/main.rs:5:9:\nboom",
      "thread 'main' panicked at src/main.rs:5:9:",
      "src/main.rs",
      5,
    ],
    ["src/a.py:12: AssertionError", "src/a.py:12: AssertionError", "src/a.py", 12],
    [
      "error[E0425]: cannot find value `x`\n --> src/lib.rs:3:5",
      "error[E0425]: cannot find value `x`",
      "src/lib.rs",
      3,
    ],
    ["./pkg/a.go:4:2: error: undefined: x", "./pkg/a.go:4:2: error: undefined: x", "./pkg/a.go", 4],
  ];
  for (const [text, error, file, line] of cases) {
    const [trace] = parseTraces(text);
    assert.deepEqual([trace?.error, trace?.frames[0]], [error, { file, line }], text);
  }
});

Deno.test("parseTraces() keeps two traces apart", () => {
  const one = (name: string) =>
    `${name}Error: x\n    at f (/w/${name}.js:1:1)\n    at g (/w/g.js:2:2)\n`;
  const traces = parseTraces(`${one("A")}\nsome text\nmore\n${one("B")}`);
  assert.deepEqual(traces.map((trace) => trace.error), ["AError: x", "BError: x"]);
  assert.deepEqual(traces.map((trace) => trace.frames.length), [2, 2]);
});

Deno.test("parseTraces() finds nothing in ordinary lines", () => {
  const lines =
    "2025-01-01 10:00:01 INFO ready\nlistening on localhost:8080\nratio 3:4\nat 10:30 all is well";
  assert.deepEqual(parseTraces(lines), []);
});

Deno.test("parseTraces() ends on any text, fast", () => {
  const piece = fc.constantFrom(
    '  File "a.py", line 1',
    "at x (a.js:1:1)",
    "at ",
    "((((((((",
    "a.".repeat(300),
    "panicked at '",
    "\n",
    "XError: y",
    "a.b:1:",
    " ",
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
    const start = performance.now();
    for (const { frames } of parseTraces(pieces.join(""))) assert.ok(frames.length > 0);
    assert.ok(performance.now() - start < 5_000);
  }));
});

Deno.test("parseTraces() tells traces apart that follow each other at once, and keeps causes", () => {
  const one = "TypeError: x\n    at load (/app/a.ts:3:7)\n";
  assert.deepEqual(parseTraces(one + one).map(({ frames }) => frames.length), [1, 1]);
  const java = [
    "java.lang.IllegalStateException: a",
    "\tat com.acme.App.run(App.java:5)",
    "Caused by: java.io.IOException: b",
    "\tat com.acme.Disk.read(Disk.java:9)",
  ].join("\n");
  assert.deepEqual(parseTraces(java).map(({ frames }) => frames.length), [2]);
});
