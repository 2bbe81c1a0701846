import assert from "node:assert/strict";
import { rankByTfIdf } from "./_tf_idf.ts";

const rounded = (query: string, texts: readonly string[]) =>
  rankByTfIdf(query, texts).map(({ index, score }) => [index, score.toFixed(6)]);

Deno.test("rankByTfIdf() gives the cosine of the weights, as worked out by hand", () => {
  // idf(alpha) = ln(3/2)+1, idf(beta) = 1; w = (0.5 + 0.5·tf/maxtf)·idf.
  const texts = ["beta; gamma", "Alpha alpha BETA"];
  assert.deepEqual(rounded("alpha beta", texts), [[1, "0.991791"], [0, "0.336097"]]);
  // An unknown word of the query lengthens it: idf = ln(3/1)+1.
  const unknown = Math.log(3) + 1;
  const alpha = Math.log(3 / 2) + 1;
  const expected = alpha * alpha / (Math.hypot(alpha, unknown) * Math.hypot(alpha, 0.75));
  assert.deepEqual(rounded("alpha zeta", texts), [[1, expected.toFixed(6)]]);
});

Deno.test("rankByTfIdf() keeps the order of equals and leaves out what has no word", () => {
  assert.deepEqual(rounded("x_1 yy", ["zz", "yy", "yy yy", "yy"]).map(([index]) => index), [
    1,
    2,
    3,
  ]);
  assert.deepEqual(rankByTfIdf("zz", []), []);
  assert.deepEqual(rankByTfIdf("", ["aa"]), []);
  // Tokens have two to sixty-four signs and begin with a letter or an underscore.
  assert.deepEqual(rankByTfIdf("a 12 é", ["a 12 é"]), []);
  assert.deepEqual(rankByTfIdf("constructor", ["the constructor"]).length, 1);
});
