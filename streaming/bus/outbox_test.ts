import assert from "node:assert/strict";
import fc from "fast-check";
import { type Batch, Outbox } from "./outbox.ts";

/** What is written, batch by batch; a negative number can never be kept. */
function recorder(write: () => Promise<void> = () => Promise.resolve()) {
  const batches: number[][] = [];
  /** All that was made ready, be it written or not. */
  const ready: number[] = [];
  const open = (): Batch<number> => {
    const batch: number[] = [];
    return {
      add(item) {
        if (item < 0) throw new Error(`${item} is negative`);
        batch.push(item);
        ready.push(item);
        return item !== 9999;
      },
      unwritten: () => batch,
      isWritten: () => false,
      async write() {
        await write();
        batches.push([...batch]);
      },
    };
  };
  return { batches, ready, open };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

Deno.test("push() writes after 256 items or 5 ms, more together when more have come", async () => {
  const { batches, open } = recorder(() => pause(10));
  const outbox = new Outbox(open, () => {});
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
    const { batches, open } = recorder();
    const outbox = new Outbox(open, () => {}, { delayMs: 1 });
    outbox.push(0);
    let kept = outbox.kept(0);
    for (let i = 0; i < turns; i++) kept = kept.then(() => {});
    await kept.then(() => outbox.push(1));
    await Promise.race([outbox.kept(1), pause(500)]);
    assert.deepEqual(batches, [[0], [1]], `after ${turns} turns`);
  }
});

Deno.test("push() gives up what there is no room for, and kept() rejects", async () => {
  const given: number[] = [];
  const outbox = new Outbox(recorder().open, (item) => given.push(item), { limit: 2 });
  for (const item of [1, 2, 3]) outbox.push(item);
  await assert.rejects(outbox.kept(3), /2 messages wait/);
  await outbox.flush();
  assert.deepEqual(given, [3]);
});

Deno.test("an outbox in trouble tries each batch once, until one is kept again", async () => {
  let isFull = true;
  let tries = 0;
  const given: number[] = [];
  const { open } = recorder(async () => {
    await Promise.resolve();
    tries++;
    if (isFull) throw new Error("full");
  });
  const outbox = new Outbox(
    open,
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

Deno.test("an outbox makes items ready while others are written, and no more than have room", async () => {
  let go = () => {};
  const { batches, ready, open } = recorder(() => new Promise((resolve) => go = resolve));
  const outbox = new Outbox(open, () => {}, { batch: 2, most: 3, limit: 6 });
  for (const item of [1, 2]) outbox.push(item);
  await pause(1);
  for (const items of [[3, 4], [5, 6, 7]]) {
    for (const item of items) outbox.push(item);
    await pause(1);
  }
  assert.deepEqual([ready, batches], [[1, 2, 3, 4, 5], []]);
  const end = outbox.flush();
  for (let n = 1; n <= 3; n++) {
    go();
    await pause(1);
    assert.equal(batches.length, n);
  }
  await end;
  assert.deepEqual(batches, [[1, 2], [3, 4, 5], [6, 7]]);
});

Deno.test("an outbox begins another batch when one says that it is full", async () => {
  const { batches, open } = recorder();
  const outbox = new Outbox(open, () => {});
  for (const item of [1, 9999, 2]) outbox.push(item);
  await outbox.flush();
  assert.deepEqual(batches, [[1, 9999], [2]]);
});

Deno.test("what can never be kept is given up, and the rest of its batch is kept", async () => {
  const { batches, open } = recorder();
  const given: unknown[] = [];
  const outbox = new Outbox(open, (item, error) => given.push(item, (error as Error).message));
  for (const item of [1, -2, 3]) outbox.push(item);
  await Promise.all([outbox.kept(1), assert.rejects(outbox.kept(-2), /negative/)]);
  assert.deepEqual([batches, given], [[[1, 3]], [-2, "-2 is negative"]]);
});

Deno.test("an outbox keeps the order, whatever fails and whenever items come", async () => {
  const waits = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(waits, fc.nat({ max: 4 }), async (waits, failures) => {
      const { batches, open } = recorder(async () => {
        await pause(0);
        if (failures-- > 0) throw new Error("full");
      });
      const outbox = new Outbox(open, () => {}, {
        batch: 2,
        most: 4,
        delayMs: 1,
        retriesMs: [0, 0, 0, 0],
      });
      const kept: Promise<void>[] = [];
      for (const [i, wait] of waits.entries()) {
        outbox.push(100 + i);
        kept.push(outbox.kept(100 + i));
        if (wait > 0) await pause(wait - 1);
      }
      await Promise.all([...kept, outbox.flush()]);
      assert.deepEqual(batches.flat(), waits.map((_, i) => 100 + i));
    }),
    { numRuns: 60 },
  );
});

Deno.test("an outbox goes on, and writes nothing twice, when who is told of a loss throws", async () => {
  let failures = 0;
  const { batches, open } = recorder(() =>
    failures-- > 0 ? Promise.reject(new Error("full")) : Promise.resolve()
  );
  const outbox = new Outbox(open, () => {
    throw new Error("no");
  }, { retriesMs: [] });
  for (const item of [1, -1, 2]) outbox.push(item);
  await outbox.flush();
  failures = 1;
  outbox.push(3);
  await assert.rejects(outbox.kept(3), /full/);
  outbox.push(4);
  await outbox.kept(4);
  assert.deepEqual(batches, [[1, 2], [4]]);
});

Deno.test("an outbox keeps its order when an item asks for a flush while it is made ready", async () => {
  const batches: number[][] = [];
  const outbox: Outbox<number> = new Outbox<number>(() => {
    const batch: number[] = [];
    return {
      add(item) {
        if (item === 2) void outbox.flush();
        batch.push(item);
        return true;
      },
      write: () => Promise.resolve(void batches.push(batch)),
      unwritten: () => batch,
      isWritten: () => false,
    };
  }, () => {});
  for (const item of [1, 2, 3]) outbox.push(item);
  await outbox.flush();
  assert.deepEqual(batches, [[1, 2, 3]]);
});
