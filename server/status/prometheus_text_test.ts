import assert from "node:assert/strict";
import fc from "fast-check";
import { createRequestMetrics } from "../middleware/request_metrics.ts";
import { prometheusText } from "./prometheus_text.ts";

/** A sample, as the format says: name, labels with escapes, a number. */
const SAMPLE =
  /^[a-zA-Z_:][\w:]*(?:\{[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*"(?:,[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*")*\})? -?\d[\d.]*(?:e[+-]\d+)?$/;
const COMMENT = /^# (?:HELP \w+ .+|TYPE \w+ (?:counter|gauge|histogram))$/;

Deno.test("prometheusText() has the names of the specification, and only what was measured", () => {
  const requests = createRequestMetrics();
  const record = requests.route("/health");
  requests.route("/never");
  for (const ms of [0.4, 3, 3, 9_000]) record(200, ms);
  record(503, 30);
  const text = prometheusText({
    bus: { published: 7, dropped: 1 },
    dlq: { total: 2 },
    lm_circuit: { open: true },
    tools: [{ tool: 'a"b\\\n', ok: 3, failed: 1, reward: 0.5 }, { tool: "c", ok: 1, failed: 0 }],
    queue_depth: 4,
  }, requests.read());
  for (
    const line of [
      'dspy_requests_total{route="/health",status="200"} 4',
      'dspy_requests_total{route="/health",status="503"} 1',
      'dspy_request_seconds_bucket{route="/health",le="0.001"} 1',
      'dspy_request_seconds_bucket{route="/health",le="0.005"} 3',
      'dspy_request_seconds_bucket{route="/health",le="0.05"} 4',
      'dspy_request_seconds_bucket{route="/health",le="2.5"} 4',
      'dspy_request_seconds_bucket{route="/health",le="+Inf"} 5',
      'dspy_request_seconds_count{route="/health"} 5',
      "dspy_bus_published_total 7",
      "dspy_bus_dropped_total 1",
      "dspy_dlq_total 2",
      'dspy_tool_runs_total{tool="a\\"b\\\\\\n",ok="true"} 3',
      'dspy_tool_runs_total{tool="c",ok="false"} 0',
      'dspy_tool_reward{tool="a\\"b\\\\\\n"} 0.5',
      "dspy_lm_circuit_open 1",
      "dspy_queue_depth 4",
    ]
  ) assert.ok(text.split("\n").includes(line), `${line}\n\n${text}`);
  assert.ok(!text.includes('dspy_tool_reward{tool="c"}'));
  assert.ok(!text.includes("/never"));
  assert.equal(prometheusText({ lm_circuit: { open: null }, dlq: { total: null } }, []), "");
  assert.match(
    prometheusText({ rl: { tools: [{ tool: "a", reward: 1 }] } }, []),
    /reward\{tool="a"\} 1/,
  );
});

Deno.test("prometheusText() is well formed whatever was pushed", () => {
  const label = fc.string({ unit: "grapheme" });
  const tool = fc.record({ tool: label, ok: fc.anything(), failed: fc.nat(), reward: fc.double() });
  const metrics = fc.oneof(
    fc.anything(),
    fc.record({
      tools: fc.array(tool),
      bus: fc.anything(),
      dlq: fc.record({ total: fc.double() }),
    }),
  );
  fc.assert(fc.property(metrics, (metrics) => {
    const lines = prometheusText(metrics, []).split("\n");
    assert.equal(lines.pop(), "");
    for (const line of lines) assert.ok(SAMPLE.test(line) || COMMENT.test(line), line);
  }));
});
