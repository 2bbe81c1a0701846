import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { runAndKill } from "./_test_jailed.ts";
import { openSqliteStore } from "./sqlite.ts";
import type { Store } from "./types.ts";

const ROUNDS = 200;
const CHILD = new URL("./_crash_child.ts", import.meta.url).href;

Deno.test(`openSqliteStore() keeps what it acknowledged through ${ROUNDS} kill -9`, async () => {
  const folder = await Deno.makeTempDir();
  try {
    let next = 1;
    let acknowledged = 0;
    for (let round = 0; round < ROUNDS; round++) {
      // Every tenth round starts a file, so that kills also hit the making of the schema.
      const fresh = round % 10 === 0;
      const path = `${folder}/${Math.floor(round / 10)}.db`;
      const from = fresh ? 1 : next;
      const last = await runAndKill(folder, CHILD, Math.random() * (fresh ? 80 : 25), {
        args: [path, String(from)],
        early: fresh,
      }) ?? from - 1;
      acknowledged += last - from + 1;
      next = await verify(path, from, last);
    }
    assert.ok(acknowledged > ROUNDS * 5, `only ${acknowledged} rounds of writes were acknowledged`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** @returns the number after the last that left any trace. */
async function verify(path: string, from: number, last: number): Promise<number> {
  const warnings: string[] = [];
  const store = await openSqliteStore(path, { onWarning: (text) => warnings.push(text) });
  try {
    assert.deepEqual(warnings, []);
    for (let n = from; n <= last; n++) {
      assert.equal(await store.get(`put/${n}`), n);
      assert.equal(await store.get(`commit/${n}`), n);
    }
    const singles = await storedNumbers(store, "single", 1);
    const batches = await storedNumbers(store, "batch", 3);
    const commits = await storedNumbers(store, "commit", 2);
    for (const numbers of [singles, batches, commits].map((found) => new Set(found))) {
      for (let n = from; n <= last; n++) assert.ok(numbers.has(n), `${n} was acknowledged`);
    }
    await verifyTrimmed(store, last);
    // The value and the entries of one commit come together or not at all.
    assert.equal((await store.list("commit/")).length, commits.length);
    return Math.max(last, ...[singles, batches, commits].map((found) => found.at(-1) ?? 0)) + 1;
  } finally {
    await store.close();
    checkIntegrity(path);
  }
}

/** The entry, its condition and the trimming come together; the counting never goes back. */
async function verifyTrimmed(store: Store, last: number): Promise<void> {
  const { n, head } = await store.get<{ n: number; head: number }>("last") ?? { n: 0, head: 0 };
  assert.ok(n >= last, `the condition's write of ${last} was acknowledged`);
  assert.equal(await store.head("trimmed"), head);
  const left = (await store.read<number>("trimmed")).map(({ offset, value }) => [offset, value]);
  assert.ok(left.every(([offset]) => offset! >= head - 1 + n % 3), "trimmed entries are back");
  assert.deepEqual(left.at(-1), n === 0 || n % 3 === 2 ? undefined : [head, n]);
}

/** Reads a stream of numbers appended `times` times each, and checks that none is torn. */
async function storedNumbers(store: Store, stream: string, times: number): Promise<number[]> {
  const entries = await store.read<number>(stream, { limit: 1e6 });
  entries.forEach(({ offset }, i) => assert.equal(offset, i + 1));
  assert.equal(entries.length % times, 0, `a batch of ${times} was torn in ${stream}`);
  const numbers = entries.filter((_, i) => i % times === 0).map(({ value }) => value);
  entries.forEach(({ value }, i) => assert.equal(value, numbers[Math.floor(i / times)]));
  return numbers;
}

function checkIntegrity(path: string): void {
  const db = new DatabaseSync(path);
  assert.deepEqual({ ...db.prepare("PRAGMA integrity_check").get() }, { integrity_check: "ok" });
  db.close();
}
