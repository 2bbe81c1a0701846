import assert from "node:assert/strict";
import { openTestFiles } from "./_test_files.ts";
import { openDeadLetterFile } from "./dead_letter_file.ts";
import { createLocalBus } from "./local_bus.ts";
import type { DeadLetter } from "./dead_letter.ts";
import type { Message } from "./types.ts";

function letter(n: number, more: Partial<DeadLetter> = {}): DeadLetter {
  const message: Message = { id: `m${n}`, topic: "t", seq: n, ts: n, value: { n } };
  return {
    id: `l${n}`,
    ts: n,
    topic: "t",
    reason: "backpressure_full:subscriber",
    message,
    ...more,
  };
}

Deno.test("list() gives what was written, by topic, reason, group, time and id", async () => {
  const file = openDeadLetterFile(openTestFiles());
  const letters = [
    letter(1),
    letter(2, { topic: "u", reason: "subscriber_error: no" }),
    letter(3, { group: "g", attempts: 5, reason: "group_subscriber_error: no" }),
  ];
  for (const one of letters) file.write(one);
  const ids = async (filter: Parameters<typeof file.list>[0]) =>
    (await file.list(filter)).map(({ id }) => id).join(" ");
  assert.deepEqual(await file.list(), letters);
  assert.equal(await ids({ topic: "t" }), "l1 l3");
  assert.equal(await ids({ reason: "subscriber_error" }), "l2");
  assert.equal(await ids({ group: "g" }), "l3");
  assert.equal(await ids({ since: 2, until: 2 }), "l2");
  assert.equal(await ids({ ids: ["l3", "l9"] }), "l3");
  assert.equal(await ids({ limit: 2 }), "l1 l2");
});

Deno.test("write() puts many letters into one append, and moves large files away", async () => {
  const files = openTestFiles();
  const file = openDeadLetterFile(files, { maxBytes: 20_000, keep: 3 });
  for (let n = 0; n < 200; n++) file.write(letter(n));
  await file.flush();
  assert.equal(files.appends, 1);
  for (let n = 200; n < 400; n++) file.write(letter(n));
  await file.flush();
  assert.deepEqual([...files.texts.keys()].sort(), ["dlq.jsonl.1", "dlq.jsonl.2"]);
  const listed = await file.list();
  assert.deepEqual(listed.map(({ id }) => id), Array.from({ length: 400 }, (_, n) => `l${n}`));
});

Deno.test("write() leaves out values that JSON cannot hold or that are too large, and says so", async () => {
  const file = openDeadLetterFile(openTestFiles(), { maxValueBytes: 1000 });
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const values = ["x".repeat(100_000), cycle, () => {}, 5n, {
    toJSON: () => {
      throw new Error("mine");
    },
  }];
  for (const [n, value] of values.entries()) {
    file.write(letter(n, { message: { ...letter(n).message, value } }));
  }
  const [large, ...others] = await file.list();
  assert.match(large!.unkept!, /larger than 1000 bytes/);
  assert.equal(large!.preview?.length, 1000);
  assert.deepEqual(large!.message, { id: "m0", topic: "t", seq: 0, ts: 0 });
  const [round, code, big, own] = others.map(({ unkept }) => unkept);
  assert.match(round!, /cycle/);
  assert.match(code!, /function/);
  assert.match(big!, /bigint/);
  assert.match(own!, /mine|function/);
});

Deno.test("redrive() publishes again with id and key, marks, and leaves what it cannot send", async () => {
  const files = openTestFiles();
  const file = openDeadLetterFile(files, { maxValueBytes: 1000 });
  const { message } = letter(1);
  file.write(letter(1, { message: { ...message, key: "k" } }));
  file.write(letter(2));
  file.write(letter(3, { message: { ...message, value: "x".repeat(5000) } }));
  const bus = createLocalBus();
  const reader = bus.subscribe("t");
  const result = await file.redrive({ topic: "t" }, async (topic, value, options) => {
    if (options.id === "m2") throw new Error("not now");
    return await bus.send(topic, value, options);
  });
  assert.deepEqual([result.sent, result.left.map(({ id }) => id)], [1, ["l2", "l3"]]);
  const again = await reader.get();
  assert.deepEqual([again?.id, again?.key, again?.value], ["m1", "k", { n: 1 }]);
  assert.deepEqual((await file.list()).map(({ id }) => id), ["l2", "l3"]);
  // What is marked stays so for the next process.
  assert.deepEqual((await openDeadLetterFile(files).list()).map(({ id }) => id), ["l2", "l3"]);
  await bus.close();
});

Deno.test("list() passes over lines that a crash cut off and lines of others", async () => {
  const files = openTestFiles();
  const file = openDeadLetterFile(files);
  file.write(letter(1));
  await file.flush();
  files.texts.set(
    "dlq.jsonl",
    files.texts.get("dlq.jsonl") + '{"id":"l2","ts":\n5\nnull\n{"a":1}\n',
  );
  file.write(letter(3));
  assert.deepEqual((await file.list()).map(({ id }) => id), ["l1", "l3"]);
});

Deno.test("write() tries again while the disk is full, then counts what is lost", async () => {
  const files = openTestFiles();
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  const file = openDeadLetterFile(files, { retriesMs: [5, 5], onError });
  files.trouble = new Error("no space left");
  file.write(letter(1));
  setTimeout(() => files.trouble = undefined, 7);
  await file.flush();
  assert.deepEqual([file.lost, (await file.list()).length], [0, 1]);
  files.trouble = new Error("no space left");
  file.write(letter(2));
  await file.flush();
  assert.deepEqual([file.lost, errors], [1, [files.trouble]]);
});

Deno.test("a bus writes its dead letters there, one line each", async () => {
  const files = openTestFiles();
  const bus = createLocalBus({ deadLetters: openDeadLetterFile(files), now: () => 2000 });
  bus.subscribe("t", { maxsize: 1 });
  bus.publish("t", 1);
  bus.publish("t", 2, { id: "two" });
  await bus.flush();
  const record = JSON.parse(files.texts.get("dlq.jsonl")!);
  assert.deepEqual(record, {
    id: "two/1",
    ts: 2,
    topic: "t",
    reason: "backpressure_full:subscriber",
    message: { id: "two", topic: "t", seq: 2, ts: 2000, value: 2 },
  });
});
