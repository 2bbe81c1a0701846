import type { PlainRequest } from "./request.ts";

/** Version of how features are made: what was learned of others says nothing of these. */
export const FEATURES_VERSION = "words-1";

/** More words than this say no more of what is wanted. */
const MOST_WORDS = 40;

/**
 * What a request looks like, as features by name: its words (`w:calls`), pairs of neighbours
 * (`b:who calls`), how it begins and ends, whether it asks or wants a change. Names, paths, quoted
 * texts and numbers are only told by their kind, so that what is learned of one holds for others.
 *
 * @returns values above 0; their squares sum to 1.
 *
 * @example
 * ```ts
 * import { parseRequest, requestFeatures } from "@dspy/code/core/agent";
 * import assert from "node:assert/strict";
 *
 * const one = requestFeatures(parseRequest("who calls parseRequest?"));
 * assert.deepEqual(one, requestFeatures(parseRequest("who calls openStore?")));
 * assert.ok(one["b:who call"]! > 0);
 * ```
 */
export function requestFeatures(request: PlainRequest): Record<string, number> {
  const words = wordsOf(request);
  const framed = ["^", ...words, "$"];
  const names = new Set([
    ...words.map((word) => `w:${word}`),
    ...framed.slice(1).map((word, i) => `b:${framed[i]} ${word}`),
    `words:${Math.min(words.length, 8)}`,
  ]);
  if (/\?\s*$/.test(request.text)) names.add("asks");
  if (request.wantsChange) names.add("change");
  const value = 1 / Math.sqrt(names.size);
  return Object.fromEntries([...names].map((name) => [name, value]));
}

/**
 * The words of a request as they were written, by what its features call them, where these differ.
 *
 * @example
 * ```ts
 * import { featureWords, parseRequest } from "@dspy/code/core/agent";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(featureWords(parseRequest("is everything green?")), { everyth: "everything" });
 * ```
 */
export function featureWords(request: PlainRequest): Record<string, string> {
  const written = writtenWords(request).map((word) => [stem(word), word] as const);
  return Object.fromEntries(written.filter(([name, word]) => name !== word).reverse());
}

function wordsOf(request: PlainRequest): string[] {
  return writtenWords(request)
    .map((word) => /^\p{N}/u.test(word) ? "<number>" : word.startsWith("<") ? word : stem(word));
}

function writtenWords({ plain, quoted, paths, identifiers }: PlainRequest): string[] {
  const kinds = [
    ...quoted.map((text) => [text, "<text>"] as const),
    ...paths.map((path) => [path, "<path>"] as const),
    ...identifiers.map((name) => [name, "<name>"] as const),
  ].sort(([a], [b]) => b.length - a.length);
  let text = plain.slice(0, 2_000);
  for (const [part, kind] of kinds) text = text.replaceAll(part, ` ${kind} `);
  return (text.toLowerCase().match(/<\w+>|[\p{L}']+|\p{N}+/gu) ?? []).slice(0, MOST_WORDS);
}

/** `calls`, `called` and `calling` are one word. */
function stem(word: string): string {
  const base = word.replace(/'s$|(?<=[^s]{2})s$/, "");
  const cut = base.replace(/(?:ing|ed)$/, "");
  return cut.length >= 3 ? cut : base;
}
