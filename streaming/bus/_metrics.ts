import type { Counters } from "./_given_up.ts";
import type { Reader } from "./_reader.ts";
import type { Routes } from "./_routes.ts";
import { fits } from "./topic.ts";
import type { BusMetrics } from "./types.ts";

/** The counters in the form of the status server. */
export function busMetrics(
  counters: Counters,
  { topics: states, readers, groups: allGroups }: Routes,
  lastTs: number | undefined,
): BusMetrics {
  const topics: Record<string, number[]> = {};
  const groups: Record<string, Record<string, number[]>> = {};
  const highWater: Record<string, number> = {};
  let queued = counters.handling;
  const count = (reader: Reader) => {
    queued += reader.qsize;
    highWater[reader.topic] = Math.max(highWater[reader.topic] ?? 0, reader.highWater);
    return reader.qsize;
  };
  for (const reader of readers) (topics[reader.topic] ??= []).push(count(reader));
  const lag: Record<string, Record<string, number>> = {};
  for (const group of allGroups.values()) {
    const { topic, name, members, progress } = group;
    (groups[topic] ??= {})[name] = members.map(count);
    queued += group.outstanding;
    if (progress === undefined) continue;
    const behind = [...states.keys()].filter((state) => fits(topic, state))
      .reduce((sum, state) => sum + progress.lag(state), 0);
    (lag[topic] ??= {})[name] = behind;
  }
  return {
    topics,
    groups,
    published: counters.published,
    delivered: counters.delivered,
    dropped: counters.dropped,
    dlq_total: counters.dlq,
    dlq_by_reason: Object.fromEntries(counters.reasons),
    by_topic: Object.fromEntries(
      [...states.values()].filter(({ seq, start }) => seq > start)
        .map(({ name, seq, start, dlq }) => [name, { published: seq - start, dlq }]),
    ),
    queued,
    replayed: counters.replayed,
    backpressure: counters.backpressure,
    high_water: highWater,
    lag,
    ...lastTs !== undefined && { dlq_last_ts: lastTs },
  };
}
