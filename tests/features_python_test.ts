/** The sixteen features beside the same table written a second time, in Python. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { createTfIdfIndex, RLVectorizer } from "../streaming/features/mod.ts";

const REFERENCE = fileURLToPath(new URL("features_reference.py", import.meta.url));
const MAX_CHARS = 300;
const DOCUMENTS = [
  "open the socket, socket timeout",
  "read a file_name",
  "ERROR error 12",
  "error: the file_name is an error",
  "socket error, timed out",
  "Öl",
  "",
];

const python = await new Deno.Command("python3", { args: ["--version"] }).output()
  .then(({ success }) => success, () => false);
// deno-lint-ignore no-console -- a skipped check says so
if (!python) console.log("SKIP features beside Python: python3 is missing");

/** What logs are made of, and what tears a counter of UTF-16 units, letters or lines. */
const PIECES = [
  ..."aZ_09.,:;~`@[{/ \t-",
  ..."ßÄéЖшΩ中あאع٣๕½²①",
  ...["\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x1f", "\x85", "\u2028", "\u2029"],
  ...["\u00a0", "\ufeff", "\u200b", "e\u0301", "ǅ", "Ⅷ", "Ⓐ", "ª", "👍🏽", "𝐀", "𝟘", "\u{10ffff}"],
  ...["\ud800", "\udc00", "\udfff\ud800", "\0"],
  ...["ERROR", "error", "failed", "Failure", "fatal", "panic:", "WARN", "warning", "Exception"],
  ...["Traceback", "timeout", "timed out", "deadline", "TimeoutError", "x".repeat(64)],
  ...["y".repeat(65), "z".repeat(130), "socket", "file_name", "const a1 = 1;", "2024-01-01"],
];

const text = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 120 }) },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom(" ", "\n", "error", "ERROR"), { minLength: 90 }),
  },
).map((pieces) => pieces.join(""));

Deno.test({
  name: "RLVectorizer: 1,500 random texts have the vectors that Python computes",
  ignore: !python,
  async fn() {
    const texts = [
      "",
      " \ufeff\n",
      "x",
      ..."\ud83d",
      ...fc.sample(text, { numRuns: 1500, seed: 5 }),
    ];
    const expected = await askPython(texts);
    const chunks = DOCUMENTS.map((text, i) => ({ path: `${i}`, start_line: 1, end_line: 1, text }));
    const index = createTfIdfIndex(chunks);
    const vectorizer = new RLVectorizer({ maxChars: MAX_CHARS, loadIndex: () => index });
    assert.equal(expected.length, texts.length);
    for (const [i, text] of texts.entries()) {
      const record = await vectorizer.vectorize("t", text);
      const reference = expected[i]!;
      if (reference === null || record === null) {
        assert.equal(record, reference, JSON.stringify(text));
        continue;
      }
      const { features, ...counts } = reference;
      const { chars, lines, token_count, unique_tokens, sample, digest } = record.meta;
      const ours = { chars, lines, token_count, unique_tokens, sample, digest };
      assert.deepEqual(ours, counts, JSON.stringify(text));
      for (const [j, value] of features.entries()) {
        const name = `${record.feature_names[j]} of ${JSON.stringify(text)}`;
        assert.ok(Math.abs(record.features[j]! - value) < 1e-12, `${name}: ${value}`);
      }
    }
    assert.ok(expected.some((vector) => vector?.chars === MAX_CHARS), "some text was cut");
    assert.ok(expected.some((vector) => (vector?.features[13] ?? 0) > 0.5), "some text had a hit");
  },
});

interface Reference {
  readonly features: readonly number[];
  readonly chars: number;
}

async function askPython(texts: readonly string[]): Promise<(Reference | null)[]> {
  const child = new Deno.Command("python3", {
    args: [REFERENCE],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const task = { max_chars: MAX_CHARS, documents: DOCUMENTS, texts };
  await writer.write(new TextEncoder().encode(JSON.stringify(task)));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}
