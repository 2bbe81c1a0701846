import { isRecord } from "../../core/is_record.ts";
import type { RouteMetrics } from "../middleware/request_metrics.ts";

type Labels = Readonly<Record<string, string | number>>;
type Sample = readonly [name: string, labels: Labels, value: unknown];

/**
 * Metrics as Prometheus reads them (text format 0.0.4). What was not measured is left out.
 *
 * @param metrics what `/metrics` answers as JSON.
 * @param routes the requests of this server.
 */
export function prometheusText(metrics: unknown, routes: readonly RouteMetrics[]): string {
  const { bus, dlq, lm_circuit, tools, queue_depth, rl } = isRecord(metrics) ? metrics : {};
  const runs = Array.isArray(tools) ? tools.filter(isRecord) : [];
  const rewards = runs.some(({ reward }) => reward !== undefined) ? runs : toolsOf(rl);
  return [
    family("dspy_requests_total", "counter", "Requests answered.", requests(routes)),
    family("dspy_request_seconds", "histogram", "Time until an answer began.", durations(routes)),
    family("dspy_bus_published_total", "counter", "Messages published on the bus.", [
      ["", {}, field(bus, "published")],
    ]),
    family("dspy_bus_dropped_total", "counter", "Messages dropped for a full subscription.", [
      ["", {}, field(bus, "dropped")],
    ]),
    family("dspy_dlq_total", "counter", "Dead letters.", [["", {}, field(dlq, "total")]]),
    family(
      "dspy_tool_runs_total",
      "counter",
      "Runs of tools.",
      runs.flatMap((run): Sample[] => [
        ["", { tool: text(run.tool), ok: "true" }, run.ok],
        ["", { tool: text(run.tool), ok: "false" }, run.failed],
      ]),
    ),
    family(
      "dspy_tool_reward",
      "gauge",
      "Mean reward of a tool, from 0 to 1.",
      rewards.map((run): Sample => ["", { tool: text(run.tool) }, run.reward]),
    ),
    family("dspy_lm_circuit_open", "gauge", "1 while the model's server is left alone.", [
      ["", {}, field(lm_circuit, "open")],
    ]),
    family("dspy_queue_depth", "gauge", "Jobs that wait.", [["", {}, queue_depth]]),
  ].join("");
}

function requests(routes: readonly RouteMetrics[]): Sample[] {
  return routes.flatMap(({ route, statuses }) =>
    [...statuses].map(([status, count]): Sample => ["", { route, status }, count])
  );
}

function durations(routes: readonly RouteMetrics[]): Sample[] {
  return routes.flatMap(({ route, buckets, count, seconds }): Sample[] => [
    ...buckets.map(([le, below]): Sample => ["_bucket", { route, le }, below]),
    ["_bucket", { route, le: "+Inf" }, count],
    ["_sum", { route }, seconds],
    ["_count", { route }, count],
  ]);
}

/** One metric with its samples; nothing when none was measured. */
function family(name: string, type: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.flatMap(([suffix, labels, value]) => {
    const number = typeof value === "boolean" ? Number(value) : value;
    if (typeof number !== "number" || !Number.isFinite(number)) return [];
    const shown = Object.entries(labels).map(([label, of]) => `${label}="${escaped(String(of))}"`);
    return [`${name}${suffix}${shown.length > 0 ? `{${shown.join(",")}}` : ""} ${number}\n`];
  });
  return lines.length === 0
    ? ""
    : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function field(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

function toolsOf(rl: unknown): Readonly<Record<string, unknown>>[] {
  const tools = field(rl, "tools");
  return Array.isArray(tools) ? tools.filter(isRecord) : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
