import type { Context } from "hono";
import { accepts } from "hono/accepts";
import type { Door, Handler } from "../_door.ts";
import type { RequestMetrics } from "../middleware/request_metrics.ts";
import { prometheusText } from "../status/prometheus_text.ts";
import type { Answer, StatusSource } from "../status/status_source.ts";

/** What Prometheus wants to hear. */
const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** `/health`, `/ready`, `/deploy`, `/containers`, `/code`, `/metrics`, `/auto` and two below `/api`. */
export function addStatusRoutes(door: Door, status: StatusSource, requests: RequestMetrics): void {
  door.get("/health", by(status.health), { open: true });
  door.get("/ready", by(status.ready));
  door.get("/deploy", by(status.deploy));
  door.get("/containers", by(status.containers));
  door.get("/code", by(status.code));
  door.get("/auto", by(status.auto));
  door.get("/api/bus-metrics", by(status.bus));
  door.get("/api/rl-metrics", by(status.rl));
  door.get("/metrics", async (c) => {
    const answer = await status.metrics();
    if (!wantsPrometheus(c)) return reply(c, answer);
    const body = answer.status === 200 ? answer.body : {};
    return c.body(prometheusText(body, requests.read()), 200, { "Content-Type": PROMETHEUS_TYPE });
  });
}

/** What is known at once is answered at once. */
function by(read: () => Answer | Promise<Answer>): Handler {
  return (c) => {
    const answer = read();
    return answer instanceof Promise ? answer.then((one) => reply(c, one)) : reply(c, answer);
  };
}

function reply(c: Context, { status, body }: Answer): Response {
  return c.json(body, status);
}

function wantsPrometheus(c: Context): boolean {
  const format = c.req.query("format");
  if (format !== undefined) return format === "prometheus";
  const supports = ["application/json", "text/plain"];
  return accepts(c, { header: "Accept", supports, default: "application/json" }) === "text/plain";
}
