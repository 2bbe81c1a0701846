import assert from "node:assert/strict";
import { goesOn } from "./goes_on.ts";

Deno.test("goesOn() knows the lines of stack traces of several languages", () => {
  const traces = [
    "    at load (/app/db.ts:3:7)",
    '  File "/app/main.py", line 10, in <module>',
    "\tat com.acme.App.main(App.java:5)",
    "Caused by: java.io.IOException: gone",
    "\t... 12 more",
    "goroutine 1 [running]:",
    "main.load(0x1, 0x2)",
    "\t/app/main.go:12 +0x1d",
    "stack backtrace:",
    "During handling of the above exception, another exception occurred:",
  ];
  for (const line of traces) assert.ok(goesOn(line), line);
  for (
    const line of ["", "2025-01-02 INFO ready", "ERROR x", "GET / 200", `  ${"x".repeat(5000)}`]
  ) {
    assert.ok(!goesOn(line), line);
  }
});
