import type { Store, Write } from "../../core/store/types.ts";
import type { Position } from "./_position.ts";

/** How far a group is in a partition, as it stands in the store. */
export interface Mark {
  /** Offset of the next message. */
  readonly next: number;
  /** Of the topic: a topic made anew starts again. */
  readonly topicId: string;
  /** By producer, the count of its last message below `next`. */
  readonly seen?: readonly (readonly [string, number])[];
}

/** Key of the mark of a group in a partition. */
export function markKey(group: string, topic: string, partition: number): string {
  return `kafka:mark:${group}:${topic}:${partition}`;
}

/** The mark of a partition, if it is about this very topic. */
export async function readMark(
  store: Store | undefined,
  group: string,
  topic: string,
  partition: number,
  topicId: string,
): Promise<Mark | undefined> {
  const mark = await store?.get<Mark>(markKey(group, topic, partition));
  return mark?.topicId === topicId ? mark : undefined;
}

/** Moves a mark on, never back. */
export async function raiseMark(
  store: Store,
  group: string,
  { topic, partition, topicId }: Position,
  next: number,
): Promise<void> {
  await store.update<Mark>(
    markKey(group, topic, partition),
    (old) => old?.topicId === topicId && old.next >= next ? old : { next, topicId },
  );
}

/** The condition that nobody else moved a mark, and the move. */
export function moveMark(key: string, old: Mark | undefined, mark: Mark): Write[] {
  return [
    old === undefined ? { op: "expect", key, absent: true } : { op: "expect", key, value: old },
    { op: "put", key, value: mark },
  ];
}
