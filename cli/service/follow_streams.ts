import { pause } from "../../core/pause.ts";
import type { Store } from "../../core/store/types.ts";
import { fits } from "../../streaming/bus/topic.ts";

/** Milliseconds between two looks at a stream that is followed. */
const POLL_MS = 250;
/** What the bus keeps of a topic stands in a stream of its own, with the envelope of a message. */
const KEPT = "bus:";

/** An entry of a stream. */
export interface FollowedEntry {
  /** Its topic, or the name of a stream that is no topic. */
  readonly stream: string;
  readonly offset: number;
  /** Without the envelope of a message. */
  readonly value: unknown;
}

/** What {@linkcode followStreams} gives. */
export interface FollowOptions {
  /** A topic, which may have wildcards, or the name of a stream. */
  readonly pattern: string;
  /** How many of the newest come first, of all streams together. */
  readonly limit: number;
  /** Whether what comes later is waited for. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/** The newest entries of the streams of a store, oldest first, and those that come. */
export async function* followStreams(
  store: Store,
  { pattern, limit, follow, signal }: FollowOptions,
): AsyncGenerator<FollowedEntry> {
  const after = new Map<string, number>();
  yield* await newest();
  while (follow && !signal.aborted) {
    await pause(POLL_MS, signal);
    for (const name of await streamsOf(store, pattern)) yield* since(name);
  }

  async function newest(): Promise<FollowedEntry[]> {
    const all: (FollowedEntry & { ts: number })[] = [];
    for (const name of await streamsOf(store, pattern)) {
      const head = await store.head(name);
      after.set(name, head);
      if (limit === 0) continue;
      const entries = await store.read(name, { after: Math.max(0, head - limit), limit });
      for (const { offset, ts, value } of entries) {
        all.push({ ts, stream: topicOf(name), offset, value: valueOf(value) });
      }
      after.set(name, entries.at(-1)?.offset ?? head);
    }
    all.sort((a, b) => a.ts - b.ts);
    return all.slice(Math.max(0, all.length - limit));
  }

  async function* since(name: string): AsyncGenerator<FollowedEntry> {
    for (;;) {
      const entries = await store.read(name, { after: after.get(name) ?? 0 });
      if (entries.length === 0) return;
      for (const { offset, value } of entries) {
        after.set(name, offset);
        yield { stream: topicOf(name), offset, value: valueOf(value) };
      }
    }
  }
}

/** Names of the streams of a pattern that there are. */
export async function streamsOf(store: Store, pattern: string): Promise<string[]> {
  const kept = await store.list<string>(`${KEPT}topic:`);
  const names = kept.map(({ value }) => value).filter((topic) => fits(pattern, topic));
  const own = /[*>]/.test(pattern) || await store.head(pattern) === 0 ? [] : [pattern];
  return [...own, ...names.map((topic) => `${KEPT}${topic}`)];
}

function topicOf(stream: string): string {
  return stream.startsWith(KEPT) ? stream.slice(KEPT.length) : stream;
}

function valueOf(entry: unknown): unknown {
  return typeof entry === "object" && entry !== null && "value" in entry ? entry.value : entry;
}
