import { UserError } from "../../core/errors.ts";
import { formatBroker, parseBootstrap } from "./bootstrap.ts";
import { checkKafkaTopic } from "./stream_topics.ts";
import type { TopicShape } from "./types.ts";

/**
 * The lines that make topics with Kafka's own command-line tool, for a person to read or paste. A
 * topic that is there already is left as it is.
 *
 * @param bootstrap as {@linkcode parseBootstrap} reads it.
 * @throws {UserError} `usage` for a bad broker, topic or number.
 *
 * @example
 * ```ts
 * import { topicCommands } from "@dspy/code/streaming/kafka";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(topicCommands("localhost:29092", ["logs.raw.app"]), [
 *   "kafka-topics.sh --bootstrap-server localhost:29092 --create --if-not-exists " +
 *   "--topic logs.raw.app --partitions 3 --replication-factor 1",
 * ]);
 * ```
 */
export function topicCommands(
  bootstrap: string | readonly string[],
  topics: readonly string[],
  shape: TopicShape = {},
): string[] {
  const servers = parseBootstrap(bootstrap).map(formatBroker).join(",");
  if (servers === "") {
    throw new UserError("usage", "no Kafka broker is named", {
      hint: "set KAFKA_BOOTSTRAP to host:port",
    });
  }
  const { partitions, replicationFactor } = checkShape(shape);
  return topics.map((topic) => {
    checkKafkaTopic(topic);
    return `kafka-topics.sh --bootstrap-server ${servers} --create --if-not-exists ` +
      `--topic ${topic} --partitions ${partitions} --replication-factor ${replicationFactor}`;
  });
}

/**
 * Fills in and checks the shape of topics.
 *
 * @throws {UserError} `usage` for what is no count.
 */
export function checkShape(
  { partitions = 3, replicationFactor = 1 }: TopicShape,
): Required<TopicShape> {
  for (
    const [name, value, most] of [
      ["partitions", partitions, 10_000],
      ["replication factor", replicationFactor, 100],
    ] as const
  ) {
    if (Number.isInteger(value) && value >= 1 && value <= most) continue;
    throw new UserError("usage", `${name} is ${value}`, {
      hint: `it is a number from 1 to ${most}`,
    });
  }
  return { partitions, replicationFactor };
}
