import assert from "node:assert/strict";
import fc from "fast-check";
import { plainLines } from "./plain_lines.ts";

Deno.test("plainLines() reads the lines of usual JSON loggers", () => {
  const stack =
    "TypeError: x is undefined\n    at pay (/app/src/pay.ts:3:7)\n    at run (/app/a.ts:1:1)";
  const rows: [unknown, string][] = [
    // pino, with an error
    [
      {
        level: 50,
        time: 1764324000000,
        pid: 7,
        err: { type: "TypeError", message: "x is undefined", stack },
        msg: "pay failed",
      },
      "2025-11-28T10:00:00.000Z ERROR pay failed: TypeError: x is undefined\n" +
      "    at pay (/app/src/pay.ts:3:7)\n    at run (/app/a.ts:1:1)",
    ],
    // bunyan
    [
      { name: "shop", level: 40, msg: "slow", time: "2025-11-28T10:00:00Z", v: 0 },
      "2025-11-28T10:00:00Z WARN slow",
    ],
    // winston
    [{ level: "error", message: "no such table", timestamp: "10:00" }, "10:00 ERROR no such table"],
    // zap
    [
      { level: "warn", ts: 1764324000.5, msg: "retry", error: "EOF" },
      "2025-11-28T10:00:00.500Z WARN retry: EOF",
    ],
    // structlog
    [{ event: "boom", level: "critical", timestamp: "t" }, "t CRITICAL boom"],
    // logstash
    [{ "@timestamp": "t", "log.level": "ERROR", message: "disk is full" }, "t ERROR disk is full"],
    // what Docker keeps
    [{ log: "ERROR plain\n", stream: "stderr", time: "t" }, "t ERROR plain"],
    [{ level: 50 }, '{"level":50}'],
    [{ msg: 7 }, '{"msg":7}'],
    [{ msg: "no level" }, "no level"],
    [{ msg: "odd time", time: -1, level: null }, "odd time"],
  ];
  for (const [given, expected] of rows) assert.equal(plainLines(JSON.stringify(given)), expected);
});

Deno.test("plainLines() leaves what is no JSON as it is, and never throws", () => {
  for (const text of ["", "plain {a}", "{ not json }", "a\n{\nb", "[1]\n{}"]) {
    assert.equal(plainLines(text), text);
  }
  fc.assert(fc.property(fc.array(fc.jsonValue()), (values) => {
    plainLines(
      values.map((value) => JSON.stringify({ msg: "m", value, err: value, time: value })).join(
        "\n",
      ),
    );
  }));
});
