import type { BusMetrics } from "../bus/types.ts";
import type { GroupQueue } from "./_group_queue.ts";
import type { Letters } from "./_letters.ts";
import { INNER, type PlainReader } from "./_plain_reader.ts";
import type { StoreMember } from "./_store_member.ts";

/** What is counted. */
export interface KafkaCounts {
  readonly readers: Iterable<PlainReader>;
  readonly groups: Iterable<GroupQueue>;
  readonly members: Iterable<StoreMember>;
  readonly letters: Letters;
  readonly published: ReadonlyMap<string, number>;
  /** Of readers that are closed. */
  readonly past: { readonly delivered: number; readonly dropped: number };
  /** On the way to the broker. */
  readonly waiting: number;
}

/** The counters of the bus in this process, in the form of the status server. */
export function kafkaMetrics(counts: KafkaCounts): BusMetrics {
  const { letters, published } = counts;
  const topics: Record<string, number[]> = {};
  const groups: Record<string, Record<string, readonly number[]>> = {};
  let { delivered, dropped } = counts.past;
  let queued = counts.waiting;
  for (const { topic, metrics, subscription } of counts.readers) {
    (topics[topic] ??= []).push(subscription.qsize);
    delivered += metrics.delivered;
    dropped += metrics.dropped;
    queued += subscription.qsize;
  }
  for (const { topic, group, metrics } of counts.groups) {
    const depths = metrics.groups[INNER]?.[group] ?? [];
    (groups[topic] ??= {})[group] = depths;
    delivered += metrics.delivered;
    dropped += metrics.dropped;
    queued += depths.reduce((sum, depth) => sum + depth, 0);
  }
  for (const { processed } of counts.members) delivered += processed;
  const names = new Set([...published.keys(), ...letters.byTopic.keys()]);
  return {
    topics,
    groups,
    published: [...published.values()].reduce((sum, count) => sum + count, 0),
    delivered,
    dropped,
    dlq_total: letters.total,
    dlq_by_reason: Object.fromEntries(letters.byReason),
    by_topic: Object.fromEntries(
      [...names].map((name) => [name, {
        published: published.get(name) ?? 0,
        dlq: letters.byTopic.get(name) ?? 0,
      }]),
    ),
    queued,
    backpressure: letters.pressure,
    ...letters.lastTs !== undefined && { dlq_last_ts: letters.lastTs },
  };
}
