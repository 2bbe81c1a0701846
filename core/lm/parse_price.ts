import { UserError } from "../errors.ts";
import type { LMPrice } from "./metered.ts";

/**
 * Reads a price.
 *
 * @param text US dollars for a million tokens: read, written, and perhaps read from the cache:
 * `0.15/0.60` or `2.5/10/1.25`.
 * @throws {UserError} `usage` for anything else.
 */
export function parsePrice(text: string): LMPrice {
  const [input, output, cachedInput, ...more] = text.split("/").map((part) =>
    Number(part.trim() || NaN)
  );
  const numbers = [input, output, ...cachedInput === undefined ? [] : [cachedInput]];
  if (more.length > 0 || numbers.some((n) => n === undefined || !(n >= 0) || n === Infinity)) {
    throw new UserError("usage", `price ${JSON.stringify(text)} is not understood`, {
      hint: "US dollars per million tokens read and written, as 0.15/0.60",
    });
  }
  return {
    input: input!,
    output: output!,
    ...cachedInput !== undefined && { cachedInput },
  };
}
