import { UserError } from "../../core/errors.ts";
import { createTopics } from "../../streaming/kafka/create_topics.ts";
import { streamTopics } from "../../streaming/kafka/stream_topics.ts";
import type { RoleContext } from "./service_main.ts";

/** Makes the topics on a broker; one that is there stays as it is. */
export async function run({ init, tell }: RoleContext): Promise<Record<string, number>> {
  const { containers, partitions, replication } = init.topics!;
  const shape = { partitions, replicationFactor: replication };
  const topics = streamTopics(containers);
  const { created, existing, failed } = await createTopics(init.kafka!, topics, shape);
  for (const topic of created) tell("service.topic", { topic, made: true, note: "created" });
  for (const topic of existing) {
    tell("service.topic", { topic, made: false, note: "was there, and stays as it is" });
  }
  for (const { topic, reason } of failed) {
    tell("service.topic", { topic, made: false, note: reason });
  }
  if (failed.length > 0) {
    throw new UserError("failed", `${failed.length} of ${topics.length} topics were refused`, {
      hint: "the broker says why beside each",
    });
  }
  return { created: created.length, existing: existing.length };
}
