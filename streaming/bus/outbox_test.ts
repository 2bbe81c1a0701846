import assert from "node:assert/strict";
import { Outbox } from "./outbox.ts";

/** What is written, batch by batch. */
function recorder(delayMs = 0) {
  const batches: number[][] = [];
  const write = async (batch: readonly number[]): Promise<readonly []> => {
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    batches.push([...batch]);
    return [];
  };
  return { batches, write };
}

Deno.test("push() writes after 256 items or 5 ms, more together when more have come", async () => {
  const { batches, write } = recorder(10);
  const outbox = new Outbox(write, () => {});
  for (let i = 0; i < 3000; i++) outbox.push(i);
  await outbox.flush();
  assert.deepEqual(batches.map(({ length }) => length), [1024, 1024, 952]);
  assert.deepEqual(batches.flat(), Array.from({ length: 3000 }, (_, i) => i));
  outbox.push(1);
  const started = performance.now();
  await outbox.kept(1);
  assert.ok(performance.now() - started >= 4);
});

Deno.test("push() right when a batch is kept is kept too, at any moment", async () => {
  for (let turns = 0; turns < 12; turns++) {
    const { batches, write } = recorder();
    const outbox = new Outbox(write, () => {}, { delayMs: 1 });
    outbox.push(0);
    let kept = outbox.kept(0);
    for (let i = 0; i < turns; i++) kept = kept.then(() => {});
    await kept.then(() => outbox.push(1));
    const timer = new Promise((resolve) => setTimeout(resolve, 500));
    await Promise.race([outbox.kept(1), timer]);
    assert.deepEqual(batches, [[0], [1]], `after ${turns} turns`);
  }
});

Deno.test("push() gives up what there is no room for, and kept() rejects", async () => {
  const given: number[] = [];
  const outbox = new Outbox(recorder().write, (item) => given.push(item), { limit: 2 });
  for (const item of [1, 2, 3]) outbox.push(item);
  await assert.rejects(outbox.kept(3), /2 messages wait/);
  await outbox.flush();
  assert.deepEqual(given, [3]);
});

Deno.test("an outbox in trouble tries each batch once, until one is kept again", async () => {
  let isFull = true;
  let tries = 0;
  const given: number[] = [];
  const outbox = new Outbox<number>(
    () => {
      tries++;
      return isFull ? Promise.reject(new Error("full")) : Promise.resolve([]);
    },
    (item) => given.push(item),
    { retriesMs: [1, 1] },
  );
  for (const item of [1, 2]) {
    outbox.push(item);
    await outbox.flush();
  }
  assert.deepEqual([tries, given], [4, [1, 2]]);
  assert.deepEqual(outbox.health(), { available: false, reason: "full" });
  isFull = false;
  outbox.push(3);
  await outbox.kept(3);
  assert.deepEqual([given, outbox.health()], [[1, 2], { available: true }]);
});
