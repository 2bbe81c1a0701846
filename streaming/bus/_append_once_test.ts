import assert from "node:assert/strict";
import { openTestFiles } from "./_test_files.ts";
import { createJsonLineSink } from "./json_line_sink.ts";
import { LineWriter } from "./line_writer.ts";
import { createLocalBus } from "./local_bus.ts";

/** Files of which `b.jsonl` fails at first, and `a.jsonl` cannot be moved away. */
function openFailing() {
  const files = openTestFiles();
  let failures = 2;
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
