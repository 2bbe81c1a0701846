import { canonicalJson } from "./_canonical_json.ts";
import type { LM, LMMessage, LMRequest } from "./types.ts";

/** Schemas and tools are the same objects from call to call. */
const texts = new WeakMap<object, string>();

/** Hashing is slow beside all else, so the keys of the newest requests are kept. */
const keys = new Map<string, string>();
const MOST_KEYS = 128;
const LONGEST_KEPT = 16 * 1024;

/**
 * Names a request: SHA-256 of the canonical JSON of model, messages, schema, tools and parameters,
 * those of the model itself and `rollout` included. What does not change the reply (signal,
 * `onDelta`) has no part in it.
 *
 * @returns 64 lower-case hex digits.
 */
export async function requestKey(
  lm: Pick<LM, "id" | "params">,
  request: LMRequest,
): Promise<string> {
  const text = requestText(lm, request);
  const known = keys.get(text);
  if (known !== undefined) return known;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const key = new Uint8Array(digest).toHex();
  if (text.length <= LONGEST_KEPT) {
    if (keys.size >= MOST_KEYS) keys.delete(keys.keys().next().value!);
    keys.set(text, key);
  }
  return key;
}

/** Written by hand, keys in order: a general writer takes three times as long. */
function requestText(lm: Pick<LM, "id" | "params">, request: LMRequest): string {
  const params = lm.params === undefined ? request.params : { ...lm.params, ...request.params };
  return `{"messages":[${request.messages.map(messageText).join(",")}],"model":${
    JSON.stringify(lm.id)
  },"params":${canonicalJson(params ?? {})},"schema":${keptText(request.schema)},"tools":${
    keptText(request.tools)
  }}`;
}

function messageText(message: LMMessage): string {
  const { role, content } = message;
  const plain = role === "assistant"
    ? message.thinking === undefined && message.toolCalls === undefined
    : role !== "tool";
  if (!plain) return canonicalJson(message);
  return `{"content":${JSON.stringify(content)},"role":"${role}"}`;
}

function keptText(value: object | undefined): string {
  if (value === undefined) return "null";
  let text = texts.get(value);
  if (text === undefined) texts.set(value, text = canonicalJson(value));
  return text;
}
