import { isRecord } from "../../core/is_record.ts";

/** The text of a message, and what of the message is kept beside it. */
export interface PayloadText {
  /** Neither trimmed nor cut. */
  readonly text: string;
  /** Keys of an object in the order of the alphabet, the first hundred. */
  readonly keys?: readonly string[];
  /** `ts` of an object, as it stands there. */
  readonly ts?: number;
}

const MOST_KEYS = 100;

/**
 * The text of a message: a string as it is, bytes read leniently as UTF-8, the items of a list as
 * lines; of an object `ctx`, `lines`, `message` or `value`, whichever is there first, else its JSON.
 *
 * @returns undefined for what has no text: null, undefined, a function.
 * @throws {TypeError} for what JSON cannot hold.
 *
 * @example
 * ```ts
 * import { payloadText } from "@dspy/code/streaming/features";
 * import assert from "node:assert/strict";
 *
 * assert.equal(payloadText({ ctx: ["one", "two"], ts: 7 })?.text, "one\ntwo");
 * assert.equal(payloadText({ line: "x" })?.text, '{"line":"x"}');
 * assert.equal(payloadText(null), undefined);
 * ```
 */
export function payloadText(payload: unknown): PayloadText | undefined {
  if (Array.isArray(payload)) return { text: joined(payload) };
  if (!isRecord(payload) || isBytes(payload)) {
    const text = textOf(payload);
    return text === undefined ? undefined : { text };
  }
  const { ctx, lines, message, value, ts } = payload;
  const text = Array.isArray(ctx)
    ? joined(ctx)
    : Array.isArray(lines)
    ? joined(lines)
    : textOf(message) ?? textOf(value) ?? textOf(payload);
  if (text === undefined) return undefined;
  return {
    text,
    keys: Object.keys(payload).sort().slice(0, MOST_KEYS),
    ...typeof ts === "number" ? { ts } : {},
  };
}

function joined(items: readonly unknown[]): string {
  return items.map((item) => textOf(item) ?? "").join("\n");
}

function textOf(value: unknown): string | undefined {
  if (value === null) return undefined;
  if (typeof value === "string") return value;
  if (isBytes(value)) return new TextDecoder().decode(value);
  return JSON.stringify(value);
}

function isBytes(value: unknown): value is ArrayBuffer | ArrayBufferView<ArrayBuffer> {
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}
