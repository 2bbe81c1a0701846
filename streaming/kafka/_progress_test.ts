import assert from "node:assert/strict";
import fc from "fast-check";
import { Progress } from "./_progress.ts";

Deno.test("Progress.low never passes a message that is not done, and reaches the end", () => {
  const work = fc.array(fc.record({ gap: fc.nat(3), order: fc.double({ noNaN: true }) }), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(fc.property(work, fc.nat(1_000), (messages, start) => {
    const progress = new Progress(start);
    assert.equal(progress.low, start);
    let offset = start;
    const taken = messages.map(({ gap, order }) => {
      offset += gap;
      progress.take(offset);
      return { offset: offset++, order };
    });
    const open = new Set(taken.map(({ offset }) => offset));
    for (const { offset } of taken.toSorted((a, b) => a.order - b.order)) {
      const before = progress.low;
      open.delete(offset);
      const moved = progress.settle(offset);
      assert.equal(moved, progress.low > before);
      assert.equal(progress.low, open.size > 0 ? Math.min(...open) : taken.at(-1)!.offset + 1);
    }
  }));
});

Deno.test("Progress.low steps over what needs no work at the end", () => {
  const progress = new Progress(5);
  progress.take(5);
  progress.skip(6);
  assert.equal(progress.low, 5);
  progress.settle(5);
  assert.equal(progress.low, 7);
});
