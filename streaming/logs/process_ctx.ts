import { distinctErrors } from "../../core/logs/distinct_errors.ts";
import { extractKeyEvents } from "../../core/logs/extract_key_events.ts";
import { type LogMask, maskLog } from "../../core/logs/mask_log.ts";
import { nextSteps } from "../../core/logs/next_steps.ts";
import { plainLines } from "../../core/logs/plain_lines.ts";
import { sanitize } from "../../core/safety/terminal.ts";
import { cutLine } from "./_cut_line.ts";

/** What a worker found out about a container; JSON as on `agent.results.<container>`. */
export interface LogFindings {
  /** Whose logs these were. */
  readonly container: string;
  /** What happened: key events, or what a model says. */
  readonly summary: string;
  /**
   * The different errors, one a line, each with how often it came and, unless the lines are an
   * excerpt, from which line to which.
   */
  readonly key_points: string;
  /** What to do next, one step a line. */
  readonly plan: string;
  /** When it was found out, in milliseconds since the epoch. */
  readonly ts: number;
}

/** Says what the lines of a log mean; a model, usually. */
export interface LogSummarizer {
  /**
   * Sums lines up.
   *
   * @returns what it has to say; what is left out is done by rules.
   */
  summarize(
    container: string,
    text: string,
    options: { readonly signal?: AbortSignal },
  ): Promise<Partial<Pick<LogFindings, "summary" | "key_points" | "plan">>>;
}

/** Options of {@linkcode processCtx}. */
export interface ProcessOptions {
  /** Masks secrets. Default `maskLog`. */
  readonly mask?: LogMask;
  /** Whether lines were left out, so that where one stands says nothing. Default false. */
  readonly excerpt?: boolean;
  /** Who sums up. Default: rules alone. */
  readonly summarizer?: LogSummarizer | undefined;
  /** Told why the summarizer failed; rules answer then. Default nobody. */
  readonly onError?: (error: unknown) => void;
  /** Milliseconds the summarizer may take; rules answer then. Default 30,000. */
  readonly timeoutMs?: number;
  /** Ends the summarizer's work; rules answer then, too. */
  readonly signal?: AbortSignal;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** When a line was written, at its start: it differs each time. */
const TIME = /^\[?\d{4}[-/]\d\d[-/]\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?\]?\s+/;
/** Errors that are told apart. */
const MOST_ERRORS = 8;
/** Characters of one error. */
const MOST_CHARS = 300;
/** Characters of the lines that are looked at. */
const MOST_TEXT = 2_000_000;

/**
 * Finds out what lines of a log say: what happened, which errors there are, what to do next. Without
 * a model, or when it fails or takes too long, rules answer from the lines alone. Secrets are masked
 * first, for the model and in what comes out, colours left out, and JSON read. Of more than two million characters the first are
 * looked at, of a line 16,384.
 *
 * @param container whose lines these are.
 * @param text the lines.
 *
 * @example
 * ```ts
 * import { processCtx } from "@dspy/code/streaming/logs";
 * import assert from "node:assert/strict";
 *
 * const log = "ERROR no such table: users\nERROR no such table: users\n  at /app/db.ts:3:7\n";
 * const { key_points, plan } = await processCtx("api", log);
 * assert.equal(key_points, "2x ERROR no such table: users (lines 1 to 2)");
 * assert.match(plan, /db\.ts/);
 * ```
 */
export async function processCtx(
  container: string,
  text: string,
  options: ProcessOptions = {},
): Promise<LogFindings> {
  const { now = Date.now, mask = maskLog, excerpt = false } = options;
  const raw = mask(sanitize(startOf(text)));
  const plain = plainLines(raw);
  // What was escaped in JSON may be a secret, or act on a terminal, only now.
  const safe = (plain === raw ? raw : mask(sanitize(plain))).split("\n").map(cutLine).join("\n");
  const told = await sumUp(container, safe, options);
  return {
    container,
    summary: told?.summary || extractKeyEvents(safe).trimEnd(),
    key_points: told?.key_points || keyPoints(safe, excerpt || plain !== raw),
    plan: told?.plan || nextSteps(safe).map((step, i) => `${i + 1}. ${step}`).join("\n"),
    ts: now(),
  };
}

/** What the summarizer says within its time. */
async function sumUp(
  container: string,
  text: string,
  { summarizer, onError = () => {}, signal, timeoutMs = 30_000 }: ProcessOptions,
): ReturnType<LogSummarizer["summarize"]> {
  if (summarizer === undefined || signal?.aborted) return {};
  const over = Promise.withResolvers<never>();
  const ending = new AbortController();
  const end = (why: string) => {
    ending.abort();
    over.reject(new Error(why));
  };
  const stop = () => end("it was stopped before it had summed up");
  const timer = setTimeout(() => end(`no summary within ${timeoutMs} ms`), timeoutMs);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    // One that does not listen to its signal must not hold up the others.
    const told = Promise.try(() =>
      summarizer.summarize(container, text, { signal: ending.signal })
    );
    return await Promise.race([told, over.promise]);
  } catch (error) {
    onError(error);
    return {};
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

function keyPoints(text: string, isExcerpt: boolean): string {
  return distinctErrors(text, { limit: MOST_ERRORS }).map(({ message, count, first, last }) => {
    const where = count > 1 && !isExcerpt ? ` (lines ${first} to ${last})` : "";
    return `${count}x ${message.replace(TIME, "").slice(0, MOST_CHARS)}${where}`;
  }).join("\n");
}

/** Whole lines as far as they may be looked at. */
function startOf(text: string): string {
  if (text.length <= MOST_TEXT) return text;
  const end = text.lastIndexOf("\n", MOST_TEXT);
  const start = text.slice(0, end > 0 ? end : MOST_TEXT);
  return `${start}\n… (${text.length - start.length} characters more)`;
}
