import assert from "node:assert/strict";
import fc from "fast-check";
import { openMemoryStore } from "./memory.ts";
import { openSqliteStore } from "./sqlite.ts";
import type { Hit } from "./types.ts";

const WORDS = [
  "get",
  "user",
  "getUser",
  "get_user",
  "users",
  "parsing",
  "gr\u00f6\u00dfe",
  "HTTPServer",
  "_x",
  "v2",
];
const TEXT = fc.array(fc.constantFrom(...WORDS), { maxLength: 12 }).map((words) => words.join(" "));
const ID = fc.integer({ min: 0, max: 30 }).map(String);

Deno.test("both stores rank alike, with the same scores", async () => {
  const folder = await Deno.makeTempDir();
  const sqlite = await openSqliteStore(`${folder}/store.db`);
  const memory = openMemoryStore();
  const columns = ["title", "body"];
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ id: ID, title: TEXT, body: TEXT }), { minLength: 1, maxLength: 40 }),
      fc.array(ID, { maxLength: 5 }),
      TEXT,
      fc.record({
        match: fc.constantFrom("any", "all"),
        limit: fc.integer({ min: 1, max: 40 }),
        weights: fc.record({ title: fc.integer({ min: 0, max: 5 }) }),
      }),
      async (rows, gone, query, options) => {
        const name = `c${++run}`;
        const documents = rows.map(({ id, title, body }) => ({
          id,
          data: id,
          text: { title, body },
        }));
        const found: Hit[][] = [];
        for (const store of [sqlite, memory]) {
          const collection = await store.collection(name, columns);
          await collection.put(documents);
          await collection.delete(gone);
          found.push(await collection.search(query, options));
        }
        assert.deepEqual(...found.map(rounded) as [Hit[], Hit[]]);
      },
    ),
    { numRuns: 300 },
  );
  await sqlite.close();
  await Deno.remove(folder, { recursive: true });
});

function rounded(hits: readonly Hit[]): Hit[] {
  return hits.map(({ score, ...hit }) => ({ ...hit, score: Number(score.toPrecision(9)) }));
}
