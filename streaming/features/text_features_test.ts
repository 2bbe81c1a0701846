import assert from "node:assert/strict";
import fc from "fast-check";
import { countCodePoints, cutToCodePoints } from "./_code_points.ts";
import { FEATURE_NAMES, type FeatureName } from "./feature_names.ts";
import { textFeatures } from "./text_features.ts";

const LINES = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.array(fc.constantFrom("ERROR", "a1", " ", "\r\n", "\u2028", "É", "!", "😀", "\ud800")).map(
    (pieces) => pieces.join(""),
  ),
);

function featuresOf(text: string, scores: readonly number[] = []): Record<FeatureName, number> {
  const { features } = textFeatures(text, { scores });
  return Object.fromEntries(FEATURE_NAMES.map((name, i) => [name, features[i]])) as Record<
    FeatureName,
    number
  >;
}

Deno.test("textFeatures() gives sixteen numbers from 0 to 1 for any text and any scores", () => {
  const score = fc.oneof(fc.double(), fc.constantFrom(NaN, -1, 2, Infinity));
  fc.assert(
    fc.property(
      LINES,
      fc.array(score, { maxLength: 5 }),
      fc.integer({ min: 1 }),
      (text, scores, maxChars) => {
        const { features } = textFeatures(text, { scores, maxChars });
        assert.equal(features.length, 16);
        for (const value of features) assert.ok(value >= 0 && value <= 1, `${features}`);
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("textFeatures() gives the table's numbers for a log, as worked out by hand", () => {
  const text = "2024 ERROR Timeout: db_1 timed out\nWARN retry\r\nretry";
  const features = featuresOf(text, [0.5, 0.25]);
  const expected: Partial<Record<FeatureName, number>> = {
    char_norm: 52 / 4000,
    line_norm: 3 / 200,
    // error timeout db_1 timed out warn retry retry
    token_diversity: 7 / 8,
    avg_token_len_norm: (5 + 7 + 4 + 5 + 3 + 4 + 5 + 5) / 8 / 12,
    rare_token_ratio: 6 / 8,
    error_density: 1 / 8,
    warning_density: 1 / 8,
    exception_density: 0,
    timeout_density: 2 / 8,
    uppercase_ratio: 10 / 36,
    digit_ratio: 5 / 52,
    punctuation_ratio: 2 / 52,
    tfidf_top1: 0.5,
    tfidf_avg_top3: 0.375,
    novelty_score: 0.5,
  };
  for (const [name, value] of Object.entries(expected)) {
    assert.ok(
      Math.abs(features[name as FeatureName] - value) < 1e-12,
      `${name}: ${features[name as FeatureName]}, not ${value}`,
    );
  }
  const entropy = (6 / 8 * 3 + 2 / 8 * 2) / 3;
  assert.ok(Math.abs(features.entropy_norm - entropy) < 1e-12);
});

Deno.test("textFeatures() of a text without letters, words or all of it is 0, and all is new", () => {
  for (const text of ["", "12 34", "é"]) {
    const features = featuresOf(text);
    assert.equal(features.novelty_score, 1);
    for (const name of ["token_diversity", "entropy_norm", "error_density"] as const) {
      assert.equal(features[name], 0, `${name} of "${text}"`);
    }
  }
  assert.equal(featuresOf("same same same").entropy_norm, 0);
  assert.equal(featuresOf("one two three").entropy_norm, 1);
});

Deno.test("textFeatures() counts lines at every kind of break, and none after the last", () => {
  const counts = ["a", "a\n", "a\r\nb", "a\r\rb", "a\vb\fc", "a\u0085b\u2028c\u2029d", "\n\n", ""]
    .map((text) => textFeatures(text).lines);
  assert.deepEqual(counts, [1, 1, 2, 3, 3, 4, 2, 0]);
});

Deno.test("cutToCodePoints() cuts no character in two and keeps what is short", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(60), (text, most) => {
      const cut = cutToCodePoints(text, most);
      assert.equal(countCodePoints(text), [...text].length);
      assert.equal(cut, [...text].slice(0, most).join(""));
    }),
  );
  assert.equal(cutToCodePoints("\ud83d\ud83d\ude00x", 2), "\ud83d\ud83d\ude00");
});
