import assert from "node:assert/strict";
import fc from "fast-check";
import { openMemoryStore } from "../../core/store/memory.ts";
import { openTestFiles } from "./_test_files.ts";
import type { DeadLetter } from "./dead_letter.ts";
import { createJsonLineSink } from "./json_line_sink.ts";
import { LineWriter } from "./line_writer.ts";
import { createLocalBus } from "./local_bus.ts";
import { openStoreLog } from "./store_log.ts";

/** Files of which `b.jsonl` fails as often, and `a.jsonl` cannot be moved away. */
function openFailing(failures = 2) {
  const files = openTestFiles();
  return {
    ...files,
    append: (...args: Parameters<typeof files.append>) =>
      args[0] === "b.jsonl" && failures-- > 0
        ? Promise.reject(new Error("full"))
        : files.append(...args),
    rotate: () => Promise.reject(new Error("not allowed")),
  };
}

Deno.test("createJsonLineSink() writes no line twice when another file fails", async () => {
  const files = openFailing();
  const sink = createJsonLineSink(files, { topics: [">"], retriesMs: [1, 1, 1], maxBytes: 1 });
  const bus = createLocalBus({ sinks: [sink] });
  for (const topic of ["a", "b", "a", "b"]) bus.publish(topic, topic);
  await bus.close();
  const counts = ["a.jsonl", "b.jsonl"].map((name) => files.texts.get(name)?.split("\n").length);
  assert.deepEqual(counts, [3, 3]);
  assert.equal(bus.metrics().dlq_total, 0);
});

Deno.test("LineWriter writes no line twice when another file fails", async () => {
  const files = openFailing();
  const writer = new LineWriter(files, { retriesMs: [1, 1, 1], maxBytes: 1 });
  for (const name of ["a.jsonl", "b.jsonl", "a.jsonl"]) writer.push(name, () => name);
  await writer.flush();
  assert.deepEqual(Object.fromEntries(files.texts), {
    "a.jsonl": "a.jsonl\na.jsonl\n",
    "b.jsonl": "b.jsonl\n",
  });
  assert.equal(writer.lost, 0);
});

Deno.test("createJsonLineSink() gives up what one file cannot take, and keeps what others can", async () => {
  const files = openFailing(Infinity);
  const sink = createJsonLineSink(files, { topics: ["a", "b"], retriesMs: [1] });
  await using bus = createLocalBus({ sinks: [sink] });
  const letters = bus.subscribe<DeadLetter>("agent.deadletter");
  const odd = { key: "k", id: 'an "odd" id' };
  const [kept, lost] = await Promise.allSettled([
    bus.send("a", { n: 1 }),
    bus.send("b", { n: 2 }, odd),
  ]);
  assert.deepEqual([kept.status, lost.status], ["fulfilled", "rejected"]);
  assert.deepEqual(JSON.parse(files.texts.get("a.jsonl")!).value, { n: 1 });
  for await (const { value: { reason, message: { ts: _ts, ...message } } } of letters) {
    assert.equal(reason, "storage_error: full");
    assert.deepEqual(message, { ...odd, topic: "b", seq: 1, value: { n: 2 } });
    break;
  }
  assert.deepEqual(bus.health(), { available: false, reason: "full" });
});

Deno.test("createJsonLineSink() writes a flood in several parts and in order", async () => {
  const files = openTestFiles();
  const bus = createLocalBus({ sinks: [createJsonLineSink(files, { topics: ["a"] })] });
  const text = "é".repeat(2_000_000);
  for (let n = 0; n < 8; n++) bus.publish("a", { n, text });
  for (let n = 8; n < 1000; n++) bus.publish("a", { n });
  await bus.close();
  const lines = files.texts.get("a.jsonl")!.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(lines.map(({ value }) => value.n), Array.from({ length: 1000 }, (_, n) => n));
  assert.equal(lines[7].value.text, text);
  assert.ok(files.appends > 2, `${files.appends}`);
});

Deno.test("createJsonLineSink() gives up what has no file, and readers get it all the same", async () => {
  const files = openTestFiles();
  const sink = createJsonLineSink(files, {
    topics: [">"],
    nameOf(topic) {
      if (topic === "a") return "a.jsonl";
      throw new Error(`no file for ${topic}`);
    },
  });
  await using bus = createLocalBus({ sinks: [sink] });
  const reader = bus.subscribe<number>("b");
  const lost = bus.send("b", 1);
  const kept = bus.send("a", 2);
  await assert.rejects(lost, /no file for b/);
  await kept;
  assert.equal((await reader.get())?.value, 1);
  await bus.send("a", 3);
  assert.equal(files.texts.get("a.jsonl")?.split("\n").length, 3);
  assert.equal(bus.metrics().dlq_total, 1);
});

Deno.test("send() settles when a sink that also keeps dead letters is full", async () => {
  const sink = createJsonLineSink(openTestFiles(), { topics: [">"], limit: 2 });
  await using bus = createLocalBus({ sinks: [sink] });
  const ends = await Promise.allSettled([1, 2, 3, 4].map((n) => bus.send("a", n)));
  assert.deepEqual(ends.map(({ status }) => status), [
    "fulfilled",
    "fulfilled",
    "rejected",
    "rejected",
  ]);
});

Deno.test("any id comes back from a file and from a log", async () => {
  const ids = fc.array(fc.string({ unit: "binary" }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(ids, async (ids) => {
      const [files, store, rest] = [openTestFiles(), openMemoryStore(), [...ids]];
      const log = await openStoreLog(store, { topics: ["a"] });
      const sinks = [createJsonLineSink(files, { topics: ["a"] })];
      const bus = createLocalBus({ log, sinks, createId: () => rest.shift()! });
      for (const n of ids.keys()) bus.publish("a", n);
      await bus.flush();
      bus.publish("a", "given", { id: 'a "given" one' });
      await bus.close();
      const lines = files.texts.get("a.jsonl")!.trimEnd().split("\n");
      const wanted = [...ids, 'a "given" one'];
      assert.deepEqual(lines.map((line) => JSON.parse(line).id), wanted);
      const entries = await store.read<{ id: string }>("bus:a");
      assert.deepEqual(entries.map(({ value }) => value.id), wanted);
    }),
    { numRuns: 40 },
  );
});
