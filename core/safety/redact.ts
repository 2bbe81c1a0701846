import { eagerCut, startOf } from "./_eager_cut.ts";
import {
  type KeyLineState,
  maskKeyLines,
  mayHoldKeyLines,
  newKeyLineState,
  startOfLastRun,
} from "./_key_lines.ts";
import {
  isHarmless,
  KEY_HEAD,
  keyRegex,
  MASK,
  secretRegex,
  writtenForms,
} from "./_secret_patterns.ts";

/** Options of {@linkcode Redactor.stream}. */
export interface RedactorStreamOptions {
  /** Shows a line before its end has come, as far as nothing in it may begin a secret. Default false. */
  readonly eager?: boolean;
}

/** Takes secrets out of text that comes in pieces. */
export interface RedactorStream {
  /** Returns what is safe to show so far: whole lines, or with `eager` more. */
  push(chunk: string): string;
  /** Returns the rest. */
  flush(): string;
}

/** Takes secrets out of text. */
export interface Redactor {
  /** Masks the secrets of a whole text. */
  text(text: string): string;
  /** Starts a text that comes in pieces. */
  stream(options?: RedactorStreamOptions): RedactorStream;
}

/** A line longer than this is shown before its end has come. */
const MAX_HELD = 64 * 1024;

/** Lines that may be of a key are shown before more of them have come: the largest has 6 KB. */
const MAX_RUN = 8 * 1024;

/** No token is longer: how much of an unfinished line is kept back. */
const LONGEST_TOKEN = 4096;

/**
 * Makes a redactor: keys, tokens, private keys and passwords in URLs become `[redacted]`, known by
 * their form, as do the given values and their base64. Takes time in proportion to the text.
 *
 * @param secrets values that must not be shown; those shorter than six letters are passed over,
 * since masking them would only reveal where they are.
 *
 * @example
 * ```ts
 * import { createRedactor } from "@dspy/code/core/safety";
 * import assert from "node:assert/strict";
 *
 * const redactor = createRedactor(["correct horse"]);
 * assert.equal(redactor.text("pass: correct horse"), "pass: [redacted]");
 * assert.equal(redactor.text(`push to https://me:s3cret@example.com`), "push to https://me:[redacted]@example.com");
 * ```
 */
export function createRedactor(secrets: readonly string[]): Redactor {
  const values = [...new Set(secrets.flatMap(writtenForms))];
  const regex = secretRegex(values);
  const keys = keyRegex(values);
  const literals = new Set(values);
  const spaced = values.filter((value) => /\s/.test(value));
  const isSecret = (match: string) => literals.has(match) || !isHarmless(match);
  const mask = (text: string, regex: RegExp) =>
    text.replace(regex, (match) => isSecret(match) ? MASK : match);

  function text(text: string, state: KeyLineState = newKeyLineState()): string {
    if (!mayHoldKeyLines(text, state)) return mask(text, regex);
    // Whole keys first; then lines of others, before a token in one of them makes it no line of a key.
    return mask(maskKeyLines(mask(text, keys), state, text), regex);
  }

  function stream({ eager = false }: RedactorStreamOptions = {}): RedactorStream {
    let held = "";
    const state = newKeyLineState();
    return {
      push(chunk) {
        if (chunk === "") return "";
        held += chunk;
        const cut = safeCut(held, eager);
        const ready = held.slice(0, cut);
        held = held.slice(cut);
        return text(ready, state);
      },
      flush() {
        const rest = text(held, state);
        held = "";
        return rest;
      },
    };
  }

  /** How much of a text can be shown whatever follows. */
  function safeCut(held: string, eager: boolean): number {
    const line = Math.max(held.lastIndexOf("\n"), held.lastIndexOf("\r")) + 1;
    let cut = held.length - line > MAX_HELD ? held.length - LONGEST_TOKEN : line;
    const key = UNFINISHED_KEY.exec(held.slice(0, cut));
    if (key && held.length - key.index <= MAX_HELD) cut = key.index;
    const run = startOfLastRun(held.slice(0, cut));
    if (held.length - run <= MAX_RUN) cut = run;
    if (eager && cut === line) cut += eagerCut(held.slice(line), values);
    for (const match of held.matchAll(regex)) {
      if (match.index < cut && match.index + match[0].length > cut) cut = match.index;
    }
    for (const value of spaced) {
      cut -= startOf(value, held.slice(Math.max(0, cut - value.length), cut));
    }
    return Math.max(0, cut);
  }

  return { text: (whole) => text(whole), stream };
}

/** A private key whose end has not come yet. */
const UNFINISHED_KEY = new RegExp(
  KEY_HEAD + String.raw`(?![\s\S]*-----END )[A-Za-z0-9+/=:,.\s\\"'-]*$`,
);

/**
 * Takes secrets out of every text of a JSON value, keys included. Lines of a file that are items of
 * a list, as `{ line, text }` or plain, are looked at together.
 */
export function redactJson<T>(value: T, redactor: Pick<Redactor, "text">): T {
  return redactAny(value, redactor) as T;
}

function redactAny(value: unknown, redactor: Pick<Redactor, "text">): unknown {
  if (typeof value === "string") return redactor.text(value);
  if (Array.isArray(value)) return redactLines(value).map((item) => redactAny(item, redactor));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [redactor.text(key), redactAny(item, redactor)]),
  );
}

function redactLines(items: readonly unknown[]): readonly unknown[] {
  const lines = items.map(lineOf);
  if (!lines.some((line) => line.length >= 64)) return items;
  const masked = maskKeyLines(lines.join("\n"), newKeyLineState()).split("\n");
  return items.map((item, i) => masked[i] === lines[i] ? item : withLine(item, masked[i]!));
}

/** The line that an item of a list is; empty when it is none. */
function lineOf(item: unknown): string {
  const text = typeof item === "object" && item !== null ? (item as { text?: unknown }).text : item;
  return typeof text === "string" && !/[\r\n]/.test(text) ? text : "";
}

function withLine(item: unknown, text: string): unknown {
  return typeof item === "string" ? text : { ...item as object, text };
}
