import assert from "node:assert/strict";
import type { ContextSink } from "../../streaming/logs/context_sink.ts";
import type { LineBatch } from "../../streaming/logs/line_sink.ts";
import { createLineFeed } from "./line_feed.ts";

/** A sink that takes its time, and keeps what it got. */
function slowSink() {
  const got: { readonly batch: LineBatch; readonly position: number }[] = [];
  const sink = {
    load: () => Promise.resolve(10),
    async deliver(batch: LineBatch, position: number) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      got.push({ batch, position });
      return true;
    },
    close: () => Promise.resolve(),
  };
  return { got, sink: sink as unknown as ContextSink<number> };
}

Deno.test("createLineFeed() keeps the lines of a source until it is known, and their order after", async () => {
  const [met, lost]: [string[], string[]] = [[], []];
  const feed = createLineFeed((name) => met.push(name), (name) => lost.push(name));
  feed.take("api", "one");
  feed.take("api", "two");
  assert.deepEqual([met, feed.waiting()], [["api"], ["api"]]);
  const { got, sink } = slowSink();
  await feed.add("api", sink);
  feed.take("api", "three");
  feed.take("api", "four");
  await feed.close();
  assert.deepEqual(got.map(({ batch, position }) => [batch.lines, batch.ids(), position]), [
    [["one", "two"], ["api:11", "api:12"], 12],
    [["three", "four"], ["api:13", "api:14"], 14],
  ]);
  assert.deepEqual(lost, []);
});

Deno.test("createLineFeed() drops the oldest of too many lines, and tells of it", async () => {
  const lost = new Set<string>();
  const feed = createLineFeed(() => {}, (name) => lost.add(name));
  for (let n = 0; n < 50_000; n++) feed.take("api", `${n}`);
  const { got, sink } = slowSink();
  await feed.add("api", sink);
  await feed.close();
  const lines = got.flatMap(({ batch }) => batch.lines);
  assert.ok(lines.length <= 20_000 && lines.at(-1) === "49999", `${lines.length}`);
  assert.deepEqual([...lost], ["api"]);
});
