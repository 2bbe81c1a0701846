import { UserError } from "../../core/errors.ts";

const PER_CONTAINER = ["logs.raw", "logs.ctx", "agent.results"];

const COMMON = [
  "agent.tasks",
  "agent.results",
  "agent.approvals.requests",
  "agent.approvals.responses",
  "agent.patches",
  "agent.metrics",
  "agent.actions",
  "agent.errors",
  "agent.learning",
  "agent.backpressure",
  "agent.deadletter",
  "deploy.logs.lightweight",
  "deploy.events.lightweight",
  "code.fs.events",
  "agent.rl.vectorized",
  "embedding_input",
  "embeddings",
];

/** Options of {@linkcode streamTopics}. */
export interface StreamTopicsOptions {
  /** Names of signature streams; each has a topic `signatures.<name>`. Default none. */
  readonly signatures?: readonly string[];
}

/**
 * The topics that the parts of the system talk on.
 *
 * @param containers each has its raw lines, contexts and results. Default app, backend, frontend.
 * @throws {UserError} `usage` for a name that Kafka does not take.
 *
 * @example
 * ```ts
 * import { streamTopics } from "@dspy/code/streaming/kafka";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(streamTopics(["shop"]).slice(0, 3), [
 *   "logs.raw.shop",
 *   "logs.ctx.shop",
 *   "agent.results.shop",
 * ]);
 * ```
 */
export function streamTopics(
  containers: readonly string[] = ["app", "backend", "frontend"],
  { signatures = [] }: StreamTopicsOptions = {},
): string[] {
  const topics = [
    ...PER_CONTAINER.flatMap((prefix) => containers.map((name) => `${prefix}.${name}`)),
    ...COMMON,
    ...signatures.map((name) => `signatures.${name}`),
  ];
  for (const topic of topics) checkKafkaTopic(topic);
  return [...new Set(topics)];
}

/**
 * Refuses what Kafka takes for no topic.
 *
 * @throws {UserError} `usage`.
 */
export function checkKafkaTopic(topic: string): void {
  if (/^[a-zA-Z0-9._-]{1,249}$/.test(topic) && !/^\.+$/.test(topic)) return;
  throw new UserError("usage", `"${topic.slice(0, 80)}" cannot be a topic of Kafka`, {
    hint: "letters, digits, dots, - and _, at most 249",
  });
}
