import type { CallResult } from "./mind.ts";
import type { PlainRequest } from "./request.ts";

/** Longest line of a summary, in characters. */
const LINE = 160;

/** What a summary is made from, beside the request. */
export interface SummaryFacts {
  /** What came of the calls, in order. */
  readonly results: readonly CallResult[];
  /** Commands that would have been chosen, had they not run just before. Default none. */
  readonly cooled?: readonly string[];
  /** Tools that fit best and are denied by the policy. Default none. */
  readonly denied?: readonly string[];
}

/**
 * Sums up what came of a request: which tools answered, and of each that did not, why. What they
 * found has been shown already.
 */
export function summarize(
  request: PlainRequest,
  { results, cooled = [], denied = [] }: SummaryFacts,
): string {
  const notes = denied.map((tool) => `${tool} is denied by the policy.`);
  if (results.length === 0 && cooled.length > 0) {
    const again = `To see it again: ${cooled.join(" or ")}`;
    return [...notes, `Answered just now, and nothing new to try. ${again}`].join("\n");
  }
  if (results.length === 0) {
    const fits = `${notes.length > 0 ? "No other tool" : "No tool"} fits`;
    const way = 'Name a file, a symbol or words to look for, or type "help".';
    return [...notes, `${fits} ${JSON.stringify(shorten(request.text))}. ${way}`].join("\n");
  }
  const found = [...new Set(results.filter(({ ok }) => ok).map(({ call }) => call.tool))];
  const failures = results.filter(({ ok }) => !ok).map(failure);
  if (found.length === 0 && failures.length === 1) return [...notes, ...failures].join("\n");
  const answered = found.length === 0 ? "Nothing was found." : `Answered by ${listed(found)}.`;
  return [...notes, answered, ...failures.map((line) => `- ${line}`)].join("\n");
}

function failure({ call, text, refused, data }: CallResult): string {
  const line = text.split("\n").map((part) => part.trim()).find((part) => /\w/.test(part)) ??
    "no result";
  // The way out stands at its end.
  if (refused !== undefined) return `Not allowed: ${line}`;
  return data === null ? `${call.tool} failed: ${shorten(line)}` : `${call.tool}: ${shorten(line)}`;
}

function listed(names: readonly string[]): string {
  const last = names.at(-1)!;
  return names.length === 1 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}

function shorten(text: string): string {
  return text.length > LINE ? `${text.slice(0, LINE - 3)}...` : text;
}
