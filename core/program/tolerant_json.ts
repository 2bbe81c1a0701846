import type { Json } from "../store/types.ts";
import { ParseError } from "./parse_error.ts";
import { readLoose } from "./_read_loose.ts";

/** What {@linkcode tolerantJson} found. */
export interface TolerantJson {
  /** The value. */
  readonly value: Json;
  /** Whether the text ended before the value did; what was open is closed. */
  readonly truncated: boolean;
}

/** Options of {@linkcode tolerantJson}. */
export interface TolerantJsonOptions {
  /** Takes only an object: lists and bare values are passed over. Default false. */
  readonly object?: boolean;
}

/** How many places are tried as the value's start, so that prose full of brackets stays cheap. */
const STARTS = 16;

/**
 * The JSON value in a model's reply: with fences and prose around it, trailing commas, single
 * quotes, bare keys, Python literals, comments, or a missing end. Strict JSON is read by
 * `JSON.parse` and never differs from it.
 *
 * @throws {ParseError} when there is no value.
 *
 * @example
 * ```ts
 * import { tolerantJson } from "@dspy/code/core/program";
 * import assert from "node:assert/strict";
 *
 * const { value, truncated } = tolerantJson("Sure: {'ok': True, tags: ['a',], note: \"cut");
 * assert.deepEqual(value, { ok: true, tags: ["a"], note: "cut" });
 * assert.equal(truncated, true);
 * ```
 */
export function tolerantJson(text: string, options: TolerantJsonOptions = {}): TolerantJson {
  const trimmed = text.trim();
  const strict = strictJson(trimmed);
  if (strict !== undefined && (!options.object || isObject(strict))) {
    return { value: strict, truncated: false };
  }
  for (const start of starts(trimmed, options.object ?? false)) {
    const found = strictAt(trimmed, start) ?? readLoose(trimmed, start);
    if (found === undefined || (options.object && !isObject(found.value))) continue;
    // A bare value has no brackets to tell it from prose: it must be all there is.
    if (!OPENING.test(trimmed[start]!) && found.end < trimmed.length) continue;
    return { value: found.value, truncated: found.truncated };
  }
  throw new ParseError({ adapter: "json", raw: text });
}

const OPENING = /[{[]/;

function strictJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The list or object that begins there, if it is strict JSON. */
function strictAt(text: string, start: number) {
  if (!OPENING.test(text[start]!)) return undefined;
  const end = closing(text, start);
  const value = end === undefined ? undefined : strictJson(text.slice(start, end));
  return value === undefined ? undefined : { value, end: end!, truncated: false };
}

/** Behind the bracket that closes the one at a place; undefined when none does. */
function closing(text: string, start: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let i = start; i < text.length; i++) {
    const char = text[i];
    if (quoted) {
      if (char === "\\") i++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === "{" || char === "[") depth++;
    else if (char === "}" || char === "]") {
      if (--depth === 0) return i + 1;
    }
  }
  return undefined;
}

function isObject(value: Json): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function* starts(text: string, object: boolean): Generator<number> {
  if (!object && text !== "" && !OPENING.test(text[0]!)) yield 0;
  const opening = object ? /\{/g : /[{[]/g;
  for (let tried = 0; tried < STARTS; tried++) {
    const found = opening.exec(text);
    if (found === null) return;
    yield found.index;
  }
}
