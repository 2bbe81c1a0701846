import assert from "node:assert/strict";
import fc from "fast-check";
import type { Store, Write } from "./types.ts";

/** Registers the tests of trimming, conditions and sums that every store must pass. */
export function testCommitContract(
  test: (says: string, body: (store: Store) => Promise<void>) => void,
): void {
  test("commit() drops a stream and no other", async (store) => {
    await store.append("s", [1, 2]);
    await store.append("t", [3]);
    await store.commit([{ op: "drop", stream: "s" }, { op: "drop", stream: "never" }]);
    assert.equal(await store.head("s"), 0);
    assert.deepEqual(await store.read("s"), []);
    assert.equal(await store.append("s", [4]), 1);
    assert.equal(await store.head("t"), 1);
  });

  test("commit() trims the start of a stream and goes on counting", async (store) => {
    const offsets = async (options = {}) =>
      (await store.read("s", options)).map(({ offset, value }) => [offset, value]);
    const trim = (before: number) => store.commit([{ op: "trim", stream: "s", before }]);
    assert.equal(await trim(5), true);
    await store.append("s", ["a", "b", "c", "d"]);
    await trim(0);
    await trim(3);
    assert.deepEqual(await offsets(), [[3, "c"], [4, "d"]]);
    await trim(2);
    assert.deepEqual(await offsets({ after: 1, limit: 1 }), [[3, "c"]]);
    assert.deepEqual(await offsets({ after: 3 }), [[4, "d"]]);
    assert.equal(await store.head("s"), 4);
    await trim(100);
    assert.deepEqual([await offsets(), await store.head("s")], [[], 4]);
    await trim(100);
    assert.equal(await store.append("s", ["e"]), 5);
    await trim(6);
    assert.equal(await store.append("s", ["f", "g"]), 7);
    assert.deepEqual(await offsets({ after: 5 }), [[6, "f"], [7, "g"]]);
    assert.deepEqual(await offsets({ after: -3 }), [[6, "f"], [7, "g"]]);
    await store.commit([
      { op: "append", stream: "s", values: ["h"] },
      { op: "trim", stream: "s", before: 9 },
      { op: "append", stream: "s", values: ["i"] },
    ]);
    assert.deepEqual(await offsets(), [[9, "i"]]);
    await trim(10);
    await store.commit([{ op: "drop", stream: "s" }]);
    assert.equal(await store.head("s"), 0);
    assert.equal(await store.append("s", ["j"]), 1);
    for (const before of [0.5, NaN, "1" as unknown as number]) {
      await assert.rejects(trim(before), TypeError);
    }
  });

  test("commit() writes nothing when one condition is not met", async (store) => {
    await store.put("a", { n: 1, list: ["x"] });
    const value = await store.get("a");
    const write = { op: "append", stream: "s", values: [1] } as const;
    const unmet: Extract<Write, { op: "expect" }>[] = [
      { op: "expect", key: "a", absent: true },
      { op: "expect", key: "a", value: null },
      { op: "expect", key: "a", value: { n: 2, list: ["x"] } },
      { op: "expect", key: "none", value: 1 },
      { op: "expect", key: "none", value: null },
    ];
    for (const condition of unmet) {
      assert.equal(await store.commit([condition, write]), false, JSON.stringify(condition));
      // What the commit itself puts does not count, wherever the condition stands.
      const put = { op: "put", key: condition.key, value: 1 } as const;
      assert.equal(await store.commit([put, condition, write]), false);
    }
    assert.deepEqual([await store.head("s"), await store.list("")], [0, [{ key: "a", value }]]);
    assert.equal(
      await store.commit([
        { op: "expect", key: "a", value },
        { op: "expect", key: "none", absent: true },
        { op: "put", key: "a", value: 2 },
        write,
      ]),
      true,
    );
    assert.deepEqual([await store.get("a"), await store.head("s")], [2, 1]);
    assert.equal(await store.commit([{ op: "expect", key: "a", value: 2 }]), true);
    for (const key of ["", "a\0b"]) {
      await assert.rejects(store.commit([{ op: "expect", key, absent: true }]), TypeError);
    }
    await assert.rejects(
      store.commit([{ op: "expect", key: "a", value: undefined }, write]),
      TypeError,
    );
    assert.equal(await store.head("s"), 1);
  });

  test("commit() adds to numbers, and keeps nothing when a value is none", async (store) => {
    await store.put("text", "1");
    await store.commit([
      { op: "add", key: "n", by: 2 },
      { op: "add", key: "n", by: -0.5 },
      { op: "put", key: "m", value: 7 },
      { op: "add", key: "m", by: 1 },
      { op: "delete", key: "m" },
      { op: "add", key: "m", by: 3 },
    ]);
    assert.deepEqual([await store.get("n"), await store.get("m")], [1.5, 3]);
    assert.equal(
      await store.commit([
        { op: "expect", key: "m", value: 3 },
        { op: "add", key: "m", by: 1 },
      ]),
      true,
    );
    const bad: Write[] = [
      { op: "add", key: "text", by: 1 },
      { op: "add", key: "n", by: NaN },
      { op: "add", key: "n", by: "1" as unknown as number },
      { op: "add", key: "", by: 1 },
    ];
    for (const write of bad) {
      const before = { op: "add", key: "m", by: 1 } as const;
      await assert.rejects(store.commit([before, write]), TypeError, JSON.stringify(write));
    }
    const put = { op: "put", key: "n", value: null } as const;
    await assert.rejects(store.commit([put, { op: "add", key: "n", by: 1 }]), TypeError);
    assert.deepEqual([await store.get("n"), await store.get("m")], [1.5, 4]);
  });

  test("a condition knows any JSON value again", async (store) => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (value, other) => {
        await store.put("key", value);
        const same = JSON.stringify(value) === JSON.stringify(other);
        const read = await store.get("key");
        assert.equal(await store.commit([{ op: "expect", key: "key", value: read }]), true);
        assert.equal(await store.commit([{ op: "expect", key: "key", value: other }]), same);
      }),
      { numRuns: 200 },
    );
  });
}
