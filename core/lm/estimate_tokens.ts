/** Bytes of UTF-8 that make a token of English or code in today's vocabularies, on the safe side. */
const BYTES_PER_TOKEN = 3.5;

const encoder = new TextEncoder();

/**
 * How many tokens a text is, roughly: its bytes of UTF-8 divided by 3.5. Of use where a server gives
 * no counts, and before a request is sent; a tokenizer per model would weigh megabytes.
 *
 * @param text any.
 * @returns whole tokens, rounded up; 0 for the empty text.
 */
export function estimateTokens(text: string): number {
  // Pure ASCII needs no encoding to be counted.
  const bytes = /^[\0-\x7f]*$/.test(text) ? text.length : encoder.encode(text).length;
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}
