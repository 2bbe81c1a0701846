import assert from "node:assert/strict";
import fc from "fast-check";
import { createTfIdfIndex } from "./tf_idf_index.ts";

function indexOf(...texts: readonly string[]) {
  return createTfIdfIndex(
    texts.map((text, i) => ({ path: `${i}`, start_line: i + 1, end_line: i + 1, text })),
  );
}

Deno.test("createTfIdfIndex() scores by the cosine of the weights, as worked out by hand", () => {
  const hits = indexOf("beta; gamma", "Alpha alpha BETA").search("alpha beta", 5);
  assert.deepEqual(hits.map(({ path, score }) => [path, score.toFixed(6)]), [
    ["1", "0.991791"],
    ["0", "0.336097"],
  ]);
  assert.deepEqual([hits[0]!.start_line, hits[0]!.end_line], [2, 2]);
});

Deno.test("createTfIdfIndex() gives the k best, equals in order, and nothing for nothing", () => {
  const index = indexOf("yy", "zz", "yy yy", "yy");
  assert.deepEqual(index.search("yy", 2).map(({ path }) => path), ["0", "2"]);
  assert.deepEqual(index.search("", 3), []);
  assert.deepEqual(index.search("12 é x", 3), []);
  assert.deepEqual(indexOf().search("yy", 3), []);
  assert.equal(indexOf("the constructor").search("constructor", 3).length, 1);
});

Deno.test("createTfIdfIndex() scores above 0, at most 1, and a text is most like itself", () => {
  const text = fc.array(fc.constantFrom("ab", "cd", "ef", "gh", "ij"), { minLength: 1 })
    .map((words) => words.join(" "));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1 }), text, (texts, query) => {
      const hits = indexOf(...texts, query).search(query, 100);
      for (const { score } of hits) assert.ok(score > 0 && score <= 1);
      assert.ok(hits[0]!.score > 1 - 1e-12);
    }),
  );
});
