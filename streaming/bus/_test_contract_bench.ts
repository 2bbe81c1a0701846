/** What the tests of the contract work with: a bus of their own, and patience. */
import assert from "node:assert/strict";
import { pause } from "../../core/pause.ts";
import type { EventStream, Message, Subscription } from "./types.ts";

/** What a bus under test cannot do, or needs. All default to what a local bus does. */
export interface BusTraits {
  /** Milliseconds a message may take at most. Default 10,000. */
  readonly withinMs?: number;
  /** Milliseconds after which it is sure that nothing more comes. Default 50. */
  readonly quietMs?: number;
  /** Resolves when a subscription gets what is published from then on. Default: it does at once. */
  readonly ready?: (subscription: Subscription) => Promise<void>;
  /** Whether `*` and `>` work in subscriptions. Default true. */
  readonly wildcards?: boolean;
  /** Whether members of one group in this process share the messages of one topic. Default true. */
  readonly sharing?: boolean;
  /** Whether policy `"block"` holds back `send`. Default true. */
  readonly blocks?: boolean;
  /** Whether positions are 1, 2, 3 … over all messages of a topic, whatever their key. Default true. */
  readonly gapless?: boolean;
  /**
   * Whether what a group with manual acknowledgement has not acknowledged comes again on a bus that
   * is opened later. Default false.
   */
  readonly durable?: boolean;
  /** Called with each topic before it is used, where topics have to be made. */
  readonly prepare?: (topic: string) => Promise<void>;
}

/** A dead letter as it is published. */
export interface Letter {
  readonly topic: string;
  readonly reason: string;
  readonly group?: string;
  readonly attempts?: number;
  readonly message: Message;
}

/** How a test opens its bus and waits for what comes. */
export interface ContractBench extends Required<BusTraits> {
  open(): EventStream | Promise<EventStream>;
  /** Registers a test with a bus and a topic of its own; the bus is closed after it. */
  test(says: string, work: (bus: EventStream, topic: string) => Promise<void>): void;
  /** The subscription, once it gets what is published from then on. */
  opened<T>(subscription: Subscription<T>): Promise<Subscription<T>>;
  take<T>(reader: Subscription<T>, count: number): Promise<Message<T>[]>;
  nothing<T>(reader: Subscription<T>, ms?: number): Promise<void>;
  until(holds: () => boolean): Promise<void>;
  deadLettersOf(bus: EventStream, topic: string): Promise<Letter[]>;
}

/** Makes the bench of one bus. */
export function contractBench(
  name: string,
  open: () => EventStream | Promise<EventStream>,
  traits: BusTraits,
): ContractBench {
  const { withinMs = 10_000, quietMs = 50, ready = () => Promise.resolve() } = traits;
  const { wildcards = true, sharing = true, blocks = true, gapless = true } = traits;
  const { durable = false, prepare = () => Promise.resolve() } = traits;
  const all = { withinMs, quietMs, ready, wildcards, sharing, blocks, gapless, durable, prepare };
  return { ...all, open, test, opened, take, nothing, until, deadLettersOf };

  function test(says: string, work: (bus: EventStream, topic: string) => Promise<void>): void {
    Deno.test(`${name}: ${says}`, async () => {
      const topic = `t${crypto.randomUUID().slice(0, 8)}.x`;
      await prepare(topic);
      const bus = await open();
      try {
        await work(bus, topic);
      } finally {
        await bus.close();
      }
    });
  }

  async function opened<T>(subscription: Subscription<T>): Promise<Subscription<T>> {
    await ready(subscription as unknown as Subscription);
    return subscription;
  }

  async function take<T>(reader: Subscription<T>, count: number): Promise<Message<T>[]> {
    const got: Message<T>[] = [];
    while (got.length < count) {
      const message = await reader.get({ timeoutMs: withinMs });
      assert.ok(message, `${got.length} of ${count} messages came within ${withinMs} ms`);
      got.push(message);
    }
    return got;
  }

  async function nothing<T>(reader: Subscription<T>, ms = quietMs): Promise<void> {
    assert.equal((await reader.get({ timeoutMs: ms }))?.value, undefined);
  }

  async function until(holds: () => boolean): Promise<void> {
    const end = performance.now() + withinMs;
    while (!holds()) {
      assert.ok(performance.now() < end, `did not come true within ${withinMs} ms: ${holds}`);
      await pause(2);
    }
  }

  async function deadLettersOf(bus: EventStream, topic: string): Promise<Letter[]> {
    const letters: Letter[] = [];
    await prepare("agent.deadletter");
    await opened(bus.subscribe<Letter>("agent.deadletter", ({ value }) => {
      if (value.topic === topic) letters.push(value);
    }));
    return letters;
  }
}

/** The numbers from 0. */
export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** For sorting. */
export function byNumber(a: number, b: number): number {
  return a - b;
}
