import assert from "node:assert/strict";
import { pause } from "../../core/pause.ts";
import { type ContractBench, numbers } from "./_test_contract_bench.ts";
import type { Message } from "./types.ts";

/** What plain subscriptions, positions, waiting and closing keep. */
export function readingContract(bench: ContractBench): void {
  const {
    test,
    opened,
    take,
    nothing,
    until,
    deadLettersOf,
    withinMs,
    quietMs,
    wildcards,
    blocks,
    gapless,
    prepare,
  } = bench;

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
}
