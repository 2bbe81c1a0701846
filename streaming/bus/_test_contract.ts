/**
 * What every bus keeps, whether it is in this process or behind a broker: one suite for all. Nothing
 * here depends on how fast a bus is; each test has topics of its own.
 */
import assert from "node:assert/strict";
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

/**
 * Registers the tests of a bus.
 *
 * @param name stands before the name of each test.
 * @param open opens a bus; each test closes what it opened.
 */
export function busContract(
  name: string,
  open: () => EventStream | Promise<EventStream>,
  traits: BusTraits = {},
): void {
  const { withinMs = 10_000, quietMs = 50, ready = () => Promise.resolve() } = traits;
  const { wildcards = true, sharing = true, blocks = true, gapless = true } = traits;
  const { durable = false, prepare = () => Promise.resolve() } = traits;

  test(
    "subscribe() gets what is published, in order, with position, time, key and id",
    async (bus, topic) => {
      const reader = await opened(bus.subscribe(topic));
      const before = Date.now();
      bus.publish(topic, {
        n: 1,
        text: "grüße \u{1f600}",
        list: [null, true, 1.5],
        deep: { a: [] },
      });
      bus.publish(topic, "two", { key: "k", id: "mine" });
      bus.publish(topic, null, { key: "k" });
      const [one, two, three] = await take(reader, 3) as [Message, Message, Message];
      assert.deepEqual(one.value, {
        n: 1,
        text: "grüße \u{1f600}",
        list: [null, true, 1.5],
        deep: { a: [] },
      });
      assert.deepEqual([two.value, two.key, two.id, three.value], ["two", "k", "mine", null]);
      assert.ok(one.id !== "" && one.id !== three.id);
      assert.deepEqual([one.topic, one.attempt, one.key], [topic, undefined, undefined]);
      assert.ok(one.ts >= before - 2000 && one.ts <= Date.now() + 2000);
      if (gapless) assert.deepEqual([two.seq - one.seq, three.seq - two.seq], [1, 1]);
    },
  );

  test(
    "subscribe() gives every message to every reader, and none of before",
    async (bus, topic) => {
      await bus.send(topic, "before");
      const readers = [await opened(bus.subscribe(topic)), await opened(bus.subscribe(topic))];
      for (let i = 0; i < 300; i++) bus.publish(topic, i, { key: "same" });
      for (const reader of readers) {
        assert.deepEqual((await take(reader, 300)).map(({ value }) => value), numbers(300));
        await nothing(reader);
      }
    },
  );

  test("subscribe() keeps the order of each key", async (bus, topic) => {
    const reader = await opened(bus.subscribe<{ n: number }>(topic));
    for (let n = 0; n < 200; n++) bus.publish(topic, { n }, { key: `k${n % 7}` });
    const last = new Map<string | undefined, number>();
    for (const { key, value } of await take(reader, 200)) {
      assert.ok(value.n > (last.get(key) ?? -1), key);
      last.set(key, value.n);
    }
  });

  test(
    "subscribe() for await ends when the bus closes, after what waits is read",
    async (bus, topic) => {
      const reader = await opened(bus.subscribe<number>(topic));
      const seen: number[] = [];
      const reading = (async () => {
        for await (const { value } of reader) seen.push(value);
      })();
      for (let i = 0; i < 20; i++) bus.publish(topic, i, { key: "same" });
      await until(() => seen.length === 20);
      await bus.close();
      await reading;
      assert.deepEqual(seen, numbers(20));
      await bus.close();
    },
  );

  test("subscribe() is closed by leaving its for await", async (bus, topic) => {
    const reader = await opened(bus.subscribe<number>(topic));
    for (let i = 0; i < 5; i++) bus.publish(topic, i, { key: "same" });
    for await (const { value } of reader) if (value === 2) break;
    assert.equal(await reader.get({ timeoutMs: quietMs }), undefined);
    assert.equal(reader.getNowait(), undefined);
  });

  test("batches() gives what waits, at most so many", async (bus, topic) => {
    const reader = await opened(bus.subscribe<number>(topic));
    for (let i = 0; i < 100; i++) bus.publish(topic, i, { key: "same" });
    const seen: number[] = [];
    for await (const batch of reader.batches(16)) {
      assert.ok(batch.length >= 1 && batch.length <= 16);
      seen.push(...batch.map(({ value }) => value));
      if (seen.length === 100) break;
    }
    assert.deepEqual(seen, numbers(100));
  });

  test("get() ends with its time, its signal and the subscription", async (bus, topic) => {
    const reader = await opened(bus.subscribe(topic));
    assert.equal(await reader.get({ timeoutMs: 5 }), undefined);
    const abort = new AbortController();
    const waits = [reader.get({ signal: abort.signal }), reader.get(), reader.get()];
    abort.abort();
    assert.equal(await waits[0], undefined);
    bus.publish(topic, 1);
    assert.equal((await waits[1])?.value, 1);
    await reader.close();
    assert.equal(await waits[2], undefined);
  });

  test("subscribe() ends with its signal", async (bus, topic) => {
    const abort = new AbortController();
    const reader = await opened(bus.subscribe(topic, { signal: abort.signal }));
    const waiting = reader.get();
    abort.abort();
    assert.equal(await waiting, undefined);
    const late = bus.subscribe(topic, { signal: abort.signal });
    assert.equal(await late.get({ timeoutMs: withinMs }), undefined);
  });

  test(
    "subscribe() calls a function, which is awaited before the next message",
    async (bus, topic) => {
      const seen: string[] = [];
      await opened(bus.subscribe<number>(topic, async ({ value }) => {
        seen.push(`${value} begins`);
        await new Promise((resolve) => setTimeout(resolve, 1));
        seen.push(`${value} ends`);
      }));
      for (let i = 0; i < 10; i++) bus.publish(topic, i, { key: "same" });
      await until(() => seen.length === 20);
      assert.deepEqual(seen, numbers(10).flatMap((i) => [`${i} begins`, `${i} ends`]));
    },
  );

  test(
    "subscribe() with a function that throws: a dead letter, and the others get it",
    async (bus, topic) => {
      const letters = await deadLettersOf(bus, topic);
      const seen: number[] = [];
      const other: number[] = [];
      await opened(bus.subscribe<number>(topic, ({ value }) => {
        if (value === 1) throw new Error("not one");
        if (value === 2) return Promise.reject(new Error("not two"));
        seen.push(value);
      }));
      await opened(bus.subscribe<number>(topic, ({ value }) => void other.push(value)));
      for (let i = 0; i < 4; i++) bus.publish(topic, i, { key: "same", id: `id${i}` });
      await until(() => other.length === 4 && seen.length === 2 && letters.length === 2);
      assert.deepEqual(seen, [0, 3]);
      assert.deepEqual(letters.map(({ reason, message }) => [reason, message.id, message.value]), [
        ["subscriber_error: not one", "id1", 1],
        ["subscriber_error: not two", "id2", 2],
      ]);
      assert.deepEqual(letters.map((letter) => letter.topic), [topic, topic]);
    },
  );

  test("subscribeGroup() gives each message to one member of each group", async (bus, topic) => {
    const got: Record<string, number[]> = { a1: [], a2: [], b1: [] };
    for (const member of ["a1", "a2", "b1"]) {
      const push = ({ value }: Message<number>) => void got[member]!.push(value);
      await opened(bus.subscribeGroup<number>(topic, `${topic}-${member[0]}`, push));
    }
    for (let i = 0; i < 100; i++) bus.publish(topic, i, { key: `k${i}` });
    await until(() => got.a1!.length + got.a2!.length === 100 && got.b1!.length === 100);
    await pause(quietMs);
    assert.deepEqual([...got.a1!, ...got.a2!].sort(byNumber), numbers(100));
    assert.deepEqual(got.b1!.sort(byNumber), numbers(100));
    if (sharing) assert.ok(got.a1!.length > 0 && got.a2!.length > 0);
  });

  test("nack() brings a message again with the same id, and counts", async (bus, topic) => {
    const member = await opened(bus.subscribeGroup(topic, `${topic}-g`, { ack: "manual" }));
    bus.publish(topic, "poison", { id: "p", key: "same" });
    const [first] = await take(member, 1) as [Message];
    member.nack(first, new Error("no"));
    const [second] = await take(member, 1) as [Message];
    assert.deepEqual([first.id, first.attempt], ["p", undefined]);
    assert.deepEqual([second.id, second.attempt, second.value], ["p", 1, "poison"]);
    member.ack(second);
    bus.publish(topic, "next", { key: "same" });
    const [next] = await take(member, 1) as [Message];
    assert.equal(next.value, "next");
    member.ack(next);
  });

  test("subscribeGroup() brings what is not acknowledged in time again", async (bus, topic) => {
    const options = { ack: "manual", ackTimeoutMs: 200 } as const;
    const member = await opened(bus.subscribeGroup(topic, `${topic}-g`, options));
    bus.publish(topic, "slow", { id: "s" });
    const [first] = await take(member, 1);
    const [second] = await take(member, 1);
    assert.deepEqual([first?.id, second?.id, second?.attempt], ["s", "s", 1]);
    member.ack(second!);
    await nothing(member, 300);
  });

  test(
    "subscribeGroup() gives a message up after so many attempts, and goes on",
    async (bus, topic) => {
      const letters = await deadLettersOf(bus, topic);
      const options = { ack: "manual", maxAttempts: 3 } as const;
      const member = await opened(bus.subscribeGroup(topic, `${topic}-g`, options));
      bus.publish(topic, "poison", { key: "same", id: "p" });
      bus.publish(topic, "good", { key: "same" });
      for (let i = 0; i < 3; i++) {
        const [message] = await take(member, 1);
        assert.deepEqual([message!.value, message!.attempt ?? 0], ["poison", i]);
        member.nack(message!, new Error("cannot be done"));
      }
      const [good] = await take(member, 1);
      assert.equal(good!.value, "good");
      member.ack(good!);
      await until(() => letters.length === 1);
      const [{ reason, group, attempts, message }] = letters as [Letter];
      assert.equal(reason, "group_subscriber_error: cannot be done");
      assert.deepEqual([group, attempts, message.id], [`${topic}-g`, 3, "p"]);
    },
  );

  test("subscribeGroup() with a function acknowledges by its return", async (bus, topic) => {
    const letters = await deadLettersOf(bus, topic);
    const seen: string[] = [];
    const work = ({ value, attempt = 0 }: Message<string>) => {
      seen.push(`${value} ${attempt}`);
      if (value === "poison" || (value === "once" && attempt === 0)) throw new Error("no");
    };
    const options = { ack: "manual", maxAttempts: 2 } as const;
    await opened(bus.subscribeGroup<string>(topic, `${topic}-g`, work, options));
    for (const value of ["once", "poison", "good"]) bus.publish(topic, value, { key: "same" });
    await until(() => seen.includes("good 0") && letters.length === 1);
    assert.deepEqual(seen, ["once 0", "once 1", "poison 0", "poison 1", "good 0"]);
  });

  if (sharing) {
    test("close() of a member gives what it had to another", async (bus, topic) => {
      const join = () =>
        opened(bus.subscribeGroup<number>(topic, `${topic}-g`, { ack: "manual", maxsize: 100 }));
      const [leaving, staying] = [await join(), await join()];
      for (let n = 0; n < 20; n++) bus.publish(topic, n);
      const [acked, open] = await take(leaving, 2) as [Message<number>, Message<number>];
      leaving.ack(acked);
      await leaving.close();
      const got = await take(staying, 19);
      for (const message of got) staying.ack(message);
      const all = [acked.value, ...got.map(({ value }) => value)];
      assert.deepEqual(all.sort(byNumber), numbers(20));
      const again = got.find(({ id }) => id === open.id);
      assert.equal(again?.attempt, 1);
      await nothing(staying);
    });
  }

  if (wildcards) {
    test(
      "subscribe() takes * for one segment and a last > for all that follow",
      async (bus, topic) => {
        const patterns = [`${topic}.*.app`, `${topic}.>`, `${topic}.raw.app`, `${topic}.*`];
        const seen: string[] = [];
        for (const [i, pattern] of patterns.entries()) {
          await opened(bus.subscribe(pattern, ({ topic }) => void seen.push(`${i} ${topic}`)));
        }
        for (const end of ["raw.app", "raw.app.more", "ctx.app", "one"]) {
          await prepare(`${topic}.${end}`);
          bus.publish(`${topic}.${end}`, end);
        }
        const expected = {
          "0": ["raw.app", "ctx.app"],
          "1": ["raw.app", "raw.app.more", "ctx.app", "one"],
          "2": ["raw.app"],
          "3": ["one"],
        };
        const wanted = Object.entries(expected)
          .flatMap(([i, ends]) => ends.map((end) => `${i} ${topic}.${end}`));
        await until(() => seen.length >= wanted.length);
        await pause(quietMs);
        assert.deepEqual(seen.sort(), wanted.sort());
      },
    );
  }

  if (blocks) {
    test("send() waits for readers that block, in order, until its signal", async (bus, topic) => {
      const reader = await opened(bus.subscribe<number>(topic, { maxsize: 2, policy: "block" }));
      const sent: number[] = [];
      const sending = numbers(5).map(async (i) => {
        await bus.send(topic, i, { key: "same" });
        sent.push(i);
      });
      const abort = new AbortController();
      const given = bus.send(topic, 99, { key: "same", signal: abort.signal });
      await pause(quietMs);
      assert.ok(sent.length < 5, `${sent.length} sent though there is room for 2`);
      abort.abort(new Error("enough"));
      await assert.rejects(given, /enough/);
      const got = await take(reader, 5);
      await Promise.all(sending);
      assert.deepEqual([got.map(({ value }) => value), sent], [numbers(5), numbers(5)]);
      await nothing(reader);
    });
  }

  test("send() gives the message, and latest() the last one", async (bus, topic) => {
    assert.equal(bus.latest(topic), undefined);
    const sent = await bus.send(topic, "one", { key: "k" });
    assert.deepEqual([sent.topic, sent.value, sent.key], [topic, "one", "k"]);
    await bus.send(topic, "two");
    assert.equal(bus.latest(topic)?.value, "two");
    const reader = bus.subscribe(topic, { latest: true });
    assert.equal((await take(reader, 1))[0]?.value, "two");
  });

  test("metrics() counts what was published and handed out", async (bus, topic) => {
    const reader = await opened(bus.subscribe(topic));
    for (let i = 0; i < 10; i++) bus.publish(topic, i);
    await take(reader, 10);
    const { published, delivered, by_topic, topics } = bus.metrics();
    assert.equal(by_topic[topic]?.published, 10);
    assert.ok(published >= 10 && delivered >= 10);
    assert.deepEqual(topics[topic], [0]);
    assert.equal(bus.health().available, true);
  });

  test("publish() and subscribe() refuse what is no topic", (bus) => {
    for (const bad of ["", "a..b", "a.*", ">", "a.>.b"]) {
      assert.throws(() => bus.publish(bad, 1), { name: "UserError" }, bad);
    }
    for (const bad of ["", "a..b", "a.>.b"]) {
      assert.throws(() => bus.subscribe(bad), { name: "UserError" }, bad);
    }
    return Promise.resolve();
  });

  if (durable) {
    test(
      "subscribeGroup() brings what was not acknowledged again on a bus opened later",
      async (bus, topic) => {
        const group = `${topic}-g`;
        const options = { ack: "manual", maxsize: 100 } as const;
        const member = await opened(bus.subscribeGroup<number>(topic, group, options));
        for (let i = 0; i < 10; i++) await bus.send(topic, i, { key: "same" });
        const got = await take(member, 6);
        for (const message of got.slice(0, 4)) member.ack(message);
        await bus.flush();
        await bus.close();
        const later = await open();
        try {
          await later.send(topic, 10, { key: "same" });
          const again = await opened(later.subscribeGroup<number>(topic, group, options));
          const rest = await take(again, 7);
          assert.deepEqual(rest.map(({ value }) => value), numbers(11).slice(4));
          assert.equal(rest[0]!.id, got[4]!.id);
          await nothing(again);
        } finally {
          await later.close();
        }
      },
    );
  }

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

interface Letter {
  readonly topic: string;
  readonly reason: string;
  readonly group?: string;
  readonly attempts?: number;
  readonly message: Message;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function byNumber(a: number, b: number): number {
  return a - b;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
