import { UserError } from "../../core/errors.ts";
import { baseOptions, explain, loadClient, within } from "./_client.ts";
import { reachable } from "./_probe.ts";
import { makeTopic } from "./_topics.ts";
import { formatBroker, parseBootstrap } from "./bootstrap.ts";
import { checkKafkaTopic } from "./stream_topics.ts";
import { checkShape } from "./topic_commands.ts";
import type { KafkaSettings, TopicShape } from "./types.ts";

/** What became of topics that were to be there. */
export interface CreatedTopics {
  /** Those that were made. */
  readonly created: readonly string[];
  /** Those that were there already, left as they are. */
  readonly existing: readonly string[];
  /** Those that the brokers refused. */
  readonly failed: readonly {
    /** Its name. */
    readonly topic: string;
    /** In one line. */
    readonly reason: string;
  }[];
}

/**
 * Makes topics that are missing. A topic that is there is never changed, whatever its shape.
 *
 * @param settings where Kafka is.
 * @throws {UserError} `usage` for a bad topic or shape, `failed` when no broker answers.
 *
 * @example
 * ```ts ignore
 * import { createTopics, streamTopics } from "@dspy/code/streaming/kafka";
 *
 * const { created } = await createTopics({ bootstrap: "localhost:29092" }, streamTopics());
 * ```
 */
export async function createTopics(
  settings: KafkaSettings,
  topics: readonly string[],
  shape: TopicShape = {},
): Promise<CreatedTopics> {
  topics.forEach(checkKafkaTopic);
  checkShape(shape);
  const bootstrap = parseBootstrap(settings.bootstrap ?? []);
  const names = bootstrap.map(formatBroker).join(", ");
  if ((await reachable(bootstrap)).length === 0) {
    throw new UserError("failed", `no Kafka answers at ${names || "no address"}`, {
      hint: "name one that runs, as host:port: --bootstrap, or KAFKA_BOOTSTRAP",
    });
  }
  const client = await loadClient();
  const admin = new client.Admin(baseOptions(settings));
  const result = {
    created: [] as string[],
    existing: [] as string[],
    failed: [] as { topic: string; reason: string }[],
  };
  try {
    await within(10_000, "the first answer", admin.metadata({ topics: [] })).catch((cause) => {
      const reason = explain(cause, settings);
      throw new UserError("failed", `${names} does not answer as Kafka: ${reason}`, { cause });
    });
    for (const topic of topics) {
      try {
        result[await makeTopic(admin, topic, shape)].push(topic);
      } catch (error) {
        result.failed.push({ topic, reason: explain(error, settings) });
      }
    }
  } finally {
    await within(2_000, "closing", admin.close()).catch(() => {});
  }
  return result;
}
