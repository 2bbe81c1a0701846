import { pause } from "../../core/pause.ts";
import type { Admin } from "@platformatic/kafka";
import { checkKafkaTopic } from "./stream_topics.ts";
import { checkShape } from "./topic_commands.ts";
import { isTopicGone } from "./_client.ts";
import type { TopicShape } from "./types.ts";

/** What the cluster says about a topic. */
export interface TopicInfo {
  readonly name: string;
  /** Another one when a topic of the same name was made anew. */
  readonly id: string;
  /** Node that leads each partition; -1 while there is none. */
  readonly leaders: readonly number[];
  /** Copies of each partition. */
  readonly copies: number;
}

/** Asks for a topic; undefined when it is not there. */
export async function findTopic(admin: Admin, name: string): Promise<TopicInfo | undefined> {
  try {
    const { topics } = await admin.metadata({ topics: [name], forceUpdate: true });
    const topic = topics.get(name);
    if (topic === undefined) return undefined;
    const leaders = topic.partitions.map(({ leader }) => leader);
    return { name, id: topic.id, leaders, copies: topic.partitions[0]?.replicas.length ?? 0 };
  } catch (error) {
    if (isTopicGone(error)) return undefined;
    throw error;
  }
}

/** Makes a topic, if it is not there; never changes one. */
export async function makeTopic(
  admin: Admin,
  name: string,
  shape: TopicShape,
): Promise<"created" | "existing"> {
  checkKafkaTopic(name);
  const { partitions, replicationFactor } = checkShape(shape);
  if (await findTopic(admin, name) !== undefined) return "existing";
  try {
    await admin.createTopics({ topics: [name], partitions, replicas: replicationFactor });
  } catch (error) {
    // Made meanwhile by another, or made and not told in time.
    if (await findTopic(admin, name) === undefined) throw error;
    return "existing";
  }
  return "created";
}

/** Waits until all partitions of a topic have a leader. */
export async function untilLed(admin: Admin, name: string): Promise<TopicInfo | undefined> {
  for (let attempt = 0;; attempt++) {
    const topic = await findTopic(admin, name);
    const led = topic !== undefined && topic.leaders.length > 0 && !topic.leaders.includes(-1);
    if (led || attempt >= 50) return topic;
    await pause(Math.min(10 * 2 ** attempt, 200));
  }
}

/** The first or next position of each partition. */
export async function offsetsOf(
  admin: Admin,
  { name, leaders }: TopicInfo,
  which: "first" | "next",
): Promise<number[]> {
  const timestamp = which === "first" ? -2n : -1n;
  const partitions = leaders.map((_, partitionIndex) => ({ partitionIndex, timestamp }));
  const [topic] = await admin.listOffsets({ topics: [{ name, partitions }] });
  const offsets = new Array<number>(leaders.length).fill(0);
  for (const { partitionIndex, offset } of topic?.partitions ?? []) {
    offsets[partitionIndex] = Number(offset);
  }
  return offsets;
}
