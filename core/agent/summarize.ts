import type { CallResult } from "./mind.ts";
import type { PlainRequest } from "./request.ts";

/** Longest line of a summary, in characters. */
const LINE = 160;

/**
 * Sums up what the steps of a request brought, one line each: the first line that says something of
 * each result, and refusals in their own words.
 *
 * @param cooled commands that would have been chosen, had they not run just before.
 */
export function summarize(
  request: PlainRequest,
  results: readonly CallResult[],
  cooled: readonly string[] = [],
): string {
  if (results.length === 0 && cooled.length > 0) {
    return `Answered just now, and nothing new to try. To see it again: ${cooled.join(" or ")}`;
  }
  if (results.length === 0) {
    return `No tool fits ${JSON.stringify(shorten(request.text))}. ` +
      'Name a file, a symbol or words to look for, or type "help".';
  }
  const lines = results.map(({ call, ok, text }) => {
    const line = text.split("\n").map((part) => part.trim()).find((part) => /\w/.test(part)) ?? "";
    return `- ${call.tool}: ${ok ? "" : "(nothing or failed) "}${shorten(line)}`;
  });
  return ["Summary:", ...lines].join("\n");
}

function shorten(text: string): string {
  return text.length > LINE ? `${text.slice(0, LINE - 3)}...` : text;
}
