import { baseOptions, explain, loadClient, within } from "./_client.ts";
import { reachable } from "./_probe.ts";
import { findTopic } from "./_topics.ts";
import { formatBroker, parseBootstrap } from "./bootstrap.ts";
import type { KafkaSettings } from "./types.ts";

/** A topic as the cluster describes it. */
export interface InspectedTopic {
  /** How many it has. */
  readonly partitions: number;
  /** Copies of each message. */
  readonly replication: number;
  /** `host:port` of the leader of the first partition; null while there is none. */
  readonly leader: string | null;
}

/** What {@linkcode KafkaStreamInspector.probe} finds. */
export interface KafkaReport {
  /** Whether a broker answers. */
  readonly available: boolean;
  /** Why not: `"bootstrap not configured"`, `"bootstrap unreachable"`, or what the client says. */
  readonly reason: string | null;
  /** When it was asked, in seconds since the epoch. */
  readonly timestamp: number;
  /** By name, sorted. */
  readonly topics: Readonly<Record<string, InspectedTopic>>;
}

/** Looks at a cluster. */
export interface KafkaStreamInspector {
  /** Asks now; never throws and never takes long. */
  probe(): Promise<KafkaReport>;
}

/**
 * Makes an inspector, for status pages.
 *
 * @param settings where Kafka is.
 *
 * @example
 * ```ts
 * import { kafkaStreamInspector } from "@dspy/code/streaming/kafka";
 * import assert from "node:assert/strict";
 *
 * const { available, reason } = await kafkaStreamInspector({}).probe();
 * assert.deepEqual([available, reason], [false, "bootstrap not configured"]);
 * ```
 */
export function kafkaStreamInspector(settings: KafkaSettings): KafkaStreamInspector {
  const bootstrap = parseBootstrap(settings.bootstrap ?? []);
  return {
    async probe() {
      const timestamp = Date.now() / 1000;
      const no = (reason: string) => ({ available: false, reason, timestamp, topics: {} });
      if (settings.disabled === true || bootstrap.length === 0) {
        return no("bootstrap not configured");
      }
      if ((await reachable(bootstrap)).length === 0) return no("bootstrap unreachable");
      try {
        const topics = await within(5_000, "the answer", inspect(settings));
        return { available: true, reason: null, timestamp, topics };
      } catch (error) {
        return no(explain(error, settings));
      }
    },
  };
}

async function inspect(settings: KafkaSettings): Promise<Record<string, InspectedTopic>> {
  const client = await loadClient();
  const admin = new client.Admin(baseOptions(settings));
  try {
    const names = (await admin.listTopics()).sort();
    const { brokers } = await admin.metadata({ topics: [], forceUpdate: true });
    const found = await Promise.all(names.map((name) => findTopic(admin, name)));
    return Object.fromEntries(
      found.filter((topic) => topic !== undefined).map(({ name, leaders, copies }) => {
        const leader = brokers.get(leaders[0] ?? -1);
        return [name, {
          partitions: leaders.length,
          replication: copies,
          leader: leader === undefined ? null : formatBroker(leader),
        }];
      }),
    );
  } finally {
    await within(2_000, "closing", admin.close()).catch(() => {});
  }
}
