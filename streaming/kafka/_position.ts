import type { Incoming } from "./_records.ts";

/** Producers that are remembered for each partition. */
const MAX_PRODUCERS = 256;

/** Where a reader is in a partition, and what it has seen there. */
export interface Position {
  readonly topic: string;
  readonly partition: number;
  /** Of the topic: with another one of the same name the position means nothing. */
  readonly topicId: string;
  /** Offset of the next message. */
  next: number;
  /** By producer, the count of its last message. */
  readonly seen: Map<string, number>;
  /** It belongs to another reader by now. */
  revoked: boolean;
}

/** A position to start from. */
export function newPosition(
  topic: string,
  partition: number,
  topicId: string,
  next: number,
  seen: Iterable<readonly [string, number]> = [],
): Position {
  return { topic, partition, topicId, next, seen: new Map(seen), revoked: false };
}

/** Whether a producer sent this before: a request that was sent again after a lost answer. */
export function isRepeated(seen: Map<string, number>, { producer, count }: Incoming): boolean {
  if (producer === "") return false;
  const last = seen.get(producer);
  if (last !== undefined && count <= last) return true;
  if (last === undefined && seen.size >= MAX_PRODUCERS) seen.delete(seen.keys().next().value!);
  seen.set(producer, count);
  return false;
}

/** Name of a partition in maps. */
export function nameOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
