import { streamTopics } from "../kafka/stream_topics.ts";
import type { SignatureStreamConfig, StreamConfig, StreamContainer } from "./types.ts";

/** Options of {@linkcode defaultStreamConfig}. */
export interface DefaultStreamOptions {
  /** Streams of judged messages; each has its topic. Default none. */
  readonly signatures?: readonly SignatureStreamConfig[];
  /** Where to write topics to. Default `localhost:29092`. */
  readonly bootstrap?: string;
}

/**
 * The configuration for containers, with all defaults written out.
 *
 * @param containers names, or names with their services. Default app, backend, frontend.
 * @throws {UserError} `usage` for a name that Kafka does not take.
 *
 * @example
 * ```ts
 * import { defaultStreamConfig } from "@dspy/code/streaming";
 * import assert from "node:assert/strict";
 *
 * const { kafka, containers } = defaultStreamConfig(["shop"]);
 * assert.deepEqual(kafka.vector_topics, ["logs.ctx.shop", "agent.results.shop"]);
 * assert.deepEqual(containers, [{ container: "shop", services: [] }]);
 * ```
 */
export function defaultStreamConfig(
  containers: readonly (string | StreamContainer)[] = ["app", "backend", "frontend"],
  { signatures = [], bootstrap = "localhost:29092" }: DefaultStreamOptions = {},
): StreamConfig {
  const all = containers.map((one) =>
    typeof one === "string" ? { container: one, services: [] } : one
  );
  const names = [...new Set(all.map(({ container }) => container))];
  const topics = streamTopics(names, { signatures: signatures.map(({ name }) => name) });
  return {
    kafka: {
      bootstrap_servers: bootstrap,
      group_id: "dspy-code",
      acks: "all",
      vector_topic: "agent.rl.vectorized",
      vector_topics: names.flatMap((name) => [`logs.ctx.${name}`, `agent.results.${name}`]),
      topics: topics.map((name) => ({ name, partitions: 3, replication_factor: 1 })),
    },
    spark: {
      app_name: "dspy-stream-logs",
      master: "local[2]",
      checkpoint_dir: ".dspy_checkpoints/spark_logs",
    },
    k8s: {
      namespace: "dspy",
      image: "dspy-code:latest",
      replicas: 1,
      resources: { limits: { cpu: "500m", memory: "512Mi" } },
    },
    containers: all,
    signature_streams: signatures,
  };
}
