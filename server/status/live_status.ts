import type { StatusDeps } from "./status_deps.ts";
import type { Answer, StatusSource } from "./status_source.ts";
import type { LmCircuit } from "./lm_circuit.ts";
import { readContainers } from "./_containers.ts";

/** Where a deployment says how it is. */
const DEPLOY = "deploy:last:lightweight:";

/**
 * Answers from what is live in this process.
 *
 * @example
 * ```ts
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import { liveStatus } from "@dspy/code/server";
 * import assert from "node:assert/strict";
 *
 * const store = openMemoryStore();
 * await store.put("last:api:summary", "two errors");
 * const { body } = await liveStatus({ store }).containers();
 * assert.deepEqual(body, { names: ["api"], containers: { api: { summary: "two errors" } } });
 * ```
 */
export function liveStatus(deps: StatusDeps): StatusSource {
  const { bus, store, lmCircuit = unknownCircuit, now = Date.now, onError } = deps;
  const timestamp = () => now() / 1000;

  return {
    health: () => ok({ ok: true, status: "ok", lm_circuit: lmCircuit() }),
    async ready() {
      const checks = {
        store: store === undefined ? NOT_CONFIGURED : await storeCheck(store),
        bus: bus === undefined ? NOT_CONFIGURED : busCheck(bus.health()),
      };
      const ready = Object.values(checks).every((check) => check.ok !== false);
      return { status: ready ? 200 : 503, body: { ok: ready, checks } };
    },
    async deploy() {
      if (store === undefined) return ok({ status: "unknown", reason: "no store is configured" });
      const found: Record<string, unknown> = {};
      for (const field of ["status", "ts", "compose_hash", "image"]) {
        found[field] = await store.get(DEPLOY + field) ?? null;
      }
      return found.status === null
        ? ok({ status: "unknown", reason: "no deployment was recorded" })
        : ok(found);
    },
    async containers() {
      if (store === undefined) return missing("no store is configured");
      const containers = await readContainers(store);
      return ok({ names: Object.keys(containers).sort(), containers });
    },
    async code() {
      if (store === undefined) return ok({ status: "no-storage" });
      const graph = await store.get("code:graph") ?? null;
      const summary = await store.get("code:summary") ?? null;
      return graph === null && summary === null
        ? ok({ graph, summary, reason: "nothing was learned of the code yet: dspy-code learn" })
        : ok({ graph, summary });
    },
    async metrics() {
      const { hardware, learner, streamRl, onlineBandit, tools, queueDepth } = deps;
      return ok({
        lm_circuit: lmCircuit(),
        dlq: deadLetters(),
        ...bus !== undefined && { bus: bus.metrics() },
        ...await part("hw", hardware),
        ...await part("rl", learner),
        ...await part("stream_rl", streamRl),
        ...await part("online_bandit", onlineBandit),
        ...await part("tools", tools),
        ...await part("queue_depth", queueDepth),
        timestamp: timestamp(),
      });
    },
    async auto() {
      return ok(await deps.auto?.() ?? { status: "offline" });
    },
    bus() {
      if (bus === undefined) return missing("no bus is configured");
      return ok({ ...bus.metrics(), health: bus.health(), timestamp: timestamp() });
    },
    async rl() {
      const learned = await deps.learner?.();
      if (learned === undefined) return missing("no learner is configured");
      return ok({ ...learned, timestamp: timestamp() });
    },
  };

  function deadLetters(): unknown {
    if (bus === undefined) {
      return { total: null, by_topic: {}, last_ts: null, reason: "no bus is configured" };
    }
    const { dlq_total, dlq_by_reason, by_topic } = bus.metrics();
    const counts = Object.entries(by_topic).map(([topic, { dlq }]) => [topic, dlq] as const);
    const last = bus.latest("agent.deadletter");
    return {
      total: dlq_total,
      by_topic: Object.fromEntries(counts.filter(([, count]) => count > 0)),
      by_reason: dlq_by_reason,
      last_ts: last === undefined ? null : last.ts / 1000,
    };
  }

  /** One part of the metrics: what one source throws must not hide the others. */
  async function part(name: string, read: (() => unknown) | undefined): Promise<object> {
    try {
      const value = await read?.();
      return value === undefined ? {} : { [name]: value };
    } catch (error) {
      onError?.(error);
      return { [name]: { reason: "it could not be read" } };
    }
  }

  async function storeCheck(store: NonNullable<StatusDeps["store"]>): Promise<Check> {
    try {
      await store.get(`${DEPLOY}status`);
      return { ok: true };
    } catch (error) {
      onError?.(error);
      return { ok: false, reason: "it could not be read" };
    }
  }
}

interface Check {
  /** Null for what is not there to be checked. */
  readonly ok: boolean | null;
  readonly reason?: string;
}

const NOT_CONFIGURED: Check = { ok: null, reason: "not configured" };

function busCheck({ available, reason }: { available: boolean; reason?: string }): Check {
  return { ok: available, ...reason !== undefined && { reason } };
}

function unknownCircuit(): LmCircuit {
  return { open: null, next_retry_sec: null, reason: "no model is configured" };
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function missing(error: string): Answer {
  return { status: 501, body: { error } };
}
