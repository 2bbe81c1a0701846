import assert from "node:assert/strict";
import { busContract } from "./_test_contract.ts";
import { until } from "./_test_until.ts";
import { getLatest } from "./get_latest.ts";
import { createLocalBus } from "./local_bus.ts";
import type { DeadLetter } from "./dead_letter.ts";
import type { Message, Subscription } from "./types.ts";

busContract("LocalBus", () => createLocalBus());

/** Values that wait for a reader. */
function waiting<T>(reader: { getNowait(): Message<T> | undefined }): T[] {
  const values: T[] = [];
  for (let m = reader.getNowait(); m !== undefined; m = reader.getNowait()) values.push(m.value);
  return values;
}

Deno.test("publish() gives messages of exactly these fields, numbered by topic", () => {
  let time = 5;
  let id = 0;
  const bus = createLocalBus({ now: () => time--, createId: () => `id${++id}` });
  assert.deepEqual(bus.publish("a.b", 1), { id: "id1", topic: "a.b", seq: 1, ts: 5, value: 1 });
  assert.deepEqual(bus.publish("a.b", 2, { key: "k", id: "x" }), {
    id: "x",
    topic: "a.b",
    seq: 2,
    ts: 4, // a clock that jumps back changes nothing else
    key: "k",
    value: 2,
  });
  assert.deepEqual(bus.publish("c", 3), { id: "id2", topic: "c", seq: 1, ts: 3, value: 3 });
  const ids = new Set(Array.from({ length: 5000 }, () => createLocalBus().publish("a", 1).id));
  assert.equal(ids.size, 5000);
});

Deno.test("publish() tells the time of each turn, also when many are published in one", async () => {
  const bus = createLocalBus();
  for (let i = 0; i < 1000; i++) {
    const before = Date.now();
    const { ts } = bus.publish("a", i);
    assert.ok(ts >= before - 5 && ts <= Date.now(), `${ts - before}`);
  }
  for (let i = 0; i < 5; i++) {
    for (let j = 0; j < 10; j++) bus.publish("a", i);
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.ok(bus.publish("a", i).ts >= Date.now() - 5);
  }
});

Deno.test("a full reader: dead letters by default, the oldest dropped where asked for", async () => {
  const letters: DeadLetter[] = [];
  const bus = createLocalBus({ deadLetters: { write: (letter) => void letters.push(letter) } });
  const safe = bus.subscribe("t", { maxsize: 2 });
  const newest = bus.subscribe("t", { maxsize: 2, policy: "drop-oldest" });
  const all = bus.subscribe("t", { maxsize: 0 });
  for (let i = 1; i <= 2000; i++) bus.publish("t", i);
  assert.deepEqual([waiting(safe), waiting(newest)], [[1, 2], [1999, 2000]]);
  assert.equal(all.qsize, 2000);
  assert.equal(letters.length, 1998);
  const [{ id, ts, ...letter }] = letters as [DeadLetter];
  assert.ok(id !== letters[1]!.id && Math.abs(ts - Date.now() / 1000) < 5);
  assert.equal(letter.message.value, 3);
  assert.deepEqual({ ...letter, message: undefined }, {
    topic: "t",
    reason: "backpressure_full:subscriber",
    message: undefined,
  });
  const { dropped, dlq_total, dlq_by_reason, high_water } = bus.metrics();
  assert.deepEqual([dropped, dlq_total], [1998, 1998]);
  assert.deepEqual(dlq_by_reason, { "backpressure_full:subscriber": 1998 });
  assert.deepEqual(high_water, { t: 2000 });
  await all.close();
  await bus.close();
});

Deno.test("a group skips members that are full or closed, and has the policy only when all are", async () => {
  const letters: DeadLetter[] = [];
  const write = (letter: DeadLetter) => void letters.push(letter);
  const bus = createLocalBus({ deadLetters: { write }, drainMs: 0 });
  const join = (maxsize: number) => bus.subscribeGroup<number>("t", "g", { maxsize });
  const [small, gone, large] = [join(1), join(10), join(3)];
  await gone.close();
  for (let i = 1; i <= 6; i++) bus.publish("t", i);
  assert.deepEqual([waiting(small), waiting(large)], [[1], [2, 3, 4]]);
  assert.deepEqual(letters.map(({ reason, group, message }) => [reason, group, message.value]), [
    ["backpressure_full:group", "g", 5],
    ["backpressure_full:group", "g", 6],
  ]);
  for (let i = 7; i <= 10; i++) bus.publish("t", i);
  const counts = [small.qsize, large.qsize];
  assert.deepEqual(counts, [1, 3]);
  await bus.close();
});

Deno.test("messages with one key go to one member as long as it works on them", async () => {
  const bus = createLocalBus({ drainMs: 0 });
  const join = () => bus.subscribeGroup<number>("t", "g", { ack: "manual", maxsize: 100 });
  const members = [join(), join(), join()];
  for (let i = 0; i < 30; i++) bus.publish("t", i, { key: `k${i % 5}` });
  const owner = new Map<string, number>();
  for (const [n, member] of members.entries()) {
    for (let m = member.getNowait(); m !== undefined; m = member.getNowait()) {
      assert.equal(owner.get(m.key!) ?? n, n);
      owner.set(m.key!, n);
      if (m.value === 7) member.nack(m);
      else if (m.value !== 12) member.ack(m);
    }
  }
  assert.equal(owner.size, 5);
  // 7 and 12 have one key: while 12 is worked on, 7 waits for the same member.
  const mine = members[owner.get("k2")!]!;
  assert.equal(mine.getNowait(), undefined);
  await bus.close();
});

Deno.test("agent.backpressure tells of full readers now and then, and of none of its own", async () => {
  const bus = createLocalBus({ pressureMs: 30, drainMs: 0 });
  const told: unknown[] = [];
  bus.subscribe("agent.backpressure", ({ value }) => void told.push(value));
  bus.subscribe(">", { maxsize: 1 }); // full of its own notices too
  bus.subscribeGroup("t", "g", { maxsize: 1 });
  for (let i = 0; i < 50; i++) bus.publish("t", i);
  const shape = (notice: unknown) => ({ ...notice as object, ts: 0 });
  assert.deepEqual(told.map(shape), [
    { ts: 0, topic: "t", group: null, qsize: 1 },
    { ts: 0, topic: "t", group: "g", qsize: 1 },
  ]);
  await new Promise((resolve) => setTimeout(resolve, 40));
  for (let i = 0; i < 50; i++) bus.publish("t", i);
  assert.equal(told.length, 4);
  assert.ok(bus.metrics().backpressure! >= 198);
  await bus.close();
});

Deno.test("agent.deadletter brings no letters of its own, whatever its readers do", async () => {
  const letters: DeadLetter[] = [];
  const write = (letter: DeadLetter) => void letters.push(letter);
  const bus = createLocalBus({ deadLetters: { write }, drainMs: 0 });
  bus.subscribe("agent.deadletter", { maxsize: 1 });
  bus.subscribe("agent.>", () => {
    throw new Error("no");
  });
  bus.subscribe("t", () => Promise.reject(new Error("not this")));
  for (let i = 0; i < 20; i++) bus.publish("t", i);
  await until(() => letters.length === 20, 2000);
  assert.deepEqual(bus.metrics().by_topic, {
    t: { published: 20, dlq: 20 },
    "agent.deadletter": { published: 20, dlq: 0 },
  });
  await bus.close();
});

Deno.test("a letter writer that throws stops nobody", async () => {
  const write = () => {
    throw new Error("no disk");
  };
  const bus = createLocalBus({ deadLetters: { write } });
  bus.subscribe("t", () => {
    throw new Error("no");
  });
  bus.publish("t", 1);
  assert.equal(bus.metrics().dlq_total, 1);
  await bus.close();
});

Deno.test("without notices a reader of all topics gets nothing but what is published", async () => {
  const bus = createLocalBus({ notices: false });
  const seen: string[] = [];
  bus.subscribe(">", ({ topic }) => void seen.push(topic));
  bus.subscribe("t", () => {
    throw new Error("no");
  });
  bus.publish("t", 1);
  assert.deepEqual([seen, bus.metrics().dlq_total], [["t"], 1]);
  await bus.close();
});

Deno.test("what a reader publishes comes after what it reads, for all, and order holds", async () => {
  const bus = createLocalBus();
  const orders: string[][] = [[], [], []];
  const note = (n: number) => ({ topic, seq }: Message) => void orders[n]!.push(`${topic}${seq}`);
  bus.subscribe(">", note(0));
  bus.subscribe<number>("t", ({ value }) => {
    if (value < 3) bus.publish("t", value + 1);
    if (value === 1) bus.publish("u", 1);
  });
  bus.subscribe(">", note(1));
  bus.subscribe(">", async (message) => {
    note(2)(message);
    await Promise.resolve();
  });
  bus.publish("t", 1);
  await bus.close();
  for (const order of orders) assert.deepEqual(order, ["t1", "t2", "u1", "t3"]);
});

Deno.test("readers that come and go while a message is handed out neither get it twice nor break it", async () => {
  const bus = createLocalBus();
  const seen: string[] = [];
  let second: Subscription | undefined = undefined;
  const first = bus.subscribe("t", () => {
    seen.push("first");
    void first.close();
    void second?.close();
    bus.subscribe("t", () => void seen.push("new"));
  });
  second = bus.subscribe("t", () => void seen.push("second"));
  bus.subscribe("t", () => void seen.push("third"));
  bus.publish("t", 1);
  assert.deepEqual(seen, ["first", "third"]);
  bus.publish("t", 2);
  assert.deepEqual(seen.slice(2), ["third", "new"]);
  await bus.close();
});

Deno.test("a value may be anything as long as it stays in the process", async () => {
  const bus = createLocalBus();
  const reader = bus.subscribe("t");
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const values = [cycle, () => 1, undefined, 5n, "x".repeat(100_000_000)];
  const started = performance.now();
  for (const value of values) bus.publish("t", value);
  assert.ok(performance.now() - started < 1000);
  assert.ok(waiting(reader).every((value, i) => value === values[i]));
  await bus.close();
});

Deno.test("close() waits for work in progress, then gives up what nobody reads, and says so", async () => {
  const letters: DeadLetter[] = [];
  const write = (letter: DeadLetter) => void letters.push(letter);
  const bus = createLocalBus({ deadLetters: { write }, drainMs: 60 });
  const done: unknown[] = [];
  bus.subscribe("work", async ({ value }) => {
    await new Promise((resolve) => setTimeout(resolve, 10));
    bus.publish("result", value);
  });
  bus.subscribe("result", ({ value }) => void done.push(value));
  bus.subscribe("t"); // nobody reads it
  const member = bus.subscribeGroup("t", "g", { ack: "manual" });
  bus.subscribe("never", () => new Promise<void>(() => {}));
  for (let i = 0; i < 3; i++) bus.publish("work", i);
  bus.publish("t", "unread");
  bus.publish("never", "stuck");
  await member.get(); // and never acknowledges it
  const started = performance.now();
  await bus.close();
  assert.ok(performance.now() - started < 1000);
  assert.deepEqual(done, [0, 1, 2]);
  assert.deepEqual(letters.map(({ reason, message }) => [reason, message.value]).sort(), [
    ["closed:group", "unread"],
    ["closed:subscriber", "unread"],
  ]);
  bus.publish("t", "late");
  assert.equal(letters.at(-1)?.reason, "closed:bus");
  await assert.rejects(bus.send("t", "late"), /closed/);
  assert.throws(() => bus.subscribe("t"), /closed/);
});

Deno.test("close() ends a send() that waits for a reader", async () => {
  const bus = createLocalBus({ drainMs: 10 });
  bus.subscribe("t", { maxsize: 1, policy: "block" });
  await bus.send("t", 1);
  const waits = assert.rejects(bus.send("t", 2), /closed/);
  await bus.close();
  await waits;
});

Deno.test("send() waits for the member that works on a key, though another has room", async () => {
  const bus = createLocalBus({ drainMs: 0 });
  const options = { ack: "manual", policy: "block", maxsize: 1 } as const;
  const [one, other] = [1, 2].map(() => bus.subscribeGroup<number>("t", "g", options));
  await bus.send("t", 1, { key: "k" });
  const first = (one!.getNowait() ?? other!.getNowait())!;
  await bus.send("t", 2, { key: "k" }); // waits in the queue of the same member
  let sent = false;
  const third = bus.send("t", 3, { key: "k" }).then(() => sent = true);
  bus.publish("t", 4); // the other one has room
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(sent, false);
  const [mine] = [one!, other!].filter((member) =>
    member.qsize > 0 && member.getNowait()?.value === 2
  );
  await third;
  assert.equal(mine!.getNowait()?.value, 3);
  mine!.ack(first);
  assert.equal(bus.metrics().dlq_total, 0);
  await bus.close();
});

Deno.test("subscribe() refuses a size that is none", () => {
  const bus = createLocalBus();
  for (const maxsize of [-1, NaN]) {
    assert.throws(() => bus.subscribe("t", { maxsize }), { name: "UserError" });
    assert.throws(() => bus.subscribeGroup("t", "g", { maxsize }), { name: "UserError" });
  }
});

Deno.test("subscribeGroup() refuses a member that wants another way of working", async () => {
  const bus = createLocalBus();
  bus.subscribeGroup("t", "g", { ack: "manual" });
  bus.subscribeGroup("t", "g", { maxsize: 5 });
  for (const options of [{ ack: "auto" }, { policy: "block" }] as const) {
    assert.throws(() => bus.subscribeGroup("t", "g", options), { name: "UserError" });
  }
  assert.throws(() => bus.subscribeGroup("t", ""), { name: "UserError" });
  await bus.close();
});

Deno.test("getLatest() gives the last message at once, else the next, and leaves nothing behind", async () => {
  const bus = createLocalBus();
  assert.equal(await getLatest(bus, "t", { timeoutMs: 5 }), undefined);
  const next = getLatest(bus, "t");
  bus.publish("t", 1);
  assert.equal((await next)?.value, 1);
  bus.publish("t", 2);
  assert.equal((await getLatest(bus, "t"))?.value, 2);
  assert.deepEqual(bus.metrics().topics, {});
  await bus.close();
});

Deno.test("a function that gets the messages is the only one that does", async () => {
  const bus = createLocalBus();
  const seen: unknown[] = [];
  const reader = bus.subscribe("t", ({ value }) => void seen.push(value));
  const waits = reader.get({ timeoutMs: 20 });
  bus.publish("t", 1);
  assert.deepEqual([seen, reader.getNowait(), await waits], [[1], undefined, undefined]);
  await bus.close();
});

Deno.test("a backlog of 400,000 is read without slowing down", async () => {
  const bus = createLocalBus({ drainMs: 0 });
  const reader = bus.subscribe("t", { maxsize: 0 });
  for (let i = 0; i < 400_000; i++) bus.publish("t", i);
  const marks: number[] = [performance.now()];
  let count = 0;
  for await (const _ of reader) {
    if (++count % 100_000 === 0 && marks.push(performance.now()) === 5) break;
  }
  const [first, last] = [marks[1]! - marks[0]!, marks[4]! - marks[3]!];
  assert.ok(last < 10 * first + 100, `${first} ms for the first quarter, ${last} ms for the last`);
  await bus.close();
});
