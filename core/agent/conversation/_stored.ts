import type { ConversationInfo } from "./conversation.ts";
import type { Entry, EntryBody } from "./entry.ts";

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string";
const number: Check = (value) => typeof value === "number";
const truth: Check = (value) => typeof value === "boolean";
const usage: Check = (value) =>
  isObject(value) &&
  [value.inputTokens, value.outputTokens, value.cachedTokens, value.requests].every(number);
const calls: Check = (value) =>
  value === undefined ||
  (Array.isArray(value) &&
    value.every((call) => isObject(call) && [call.id, call.name, call.arguments].every(text)));

/** What every entry of a kind has. */
const FIELDS: Readonly<Record<EntryBody["kind"], Readonly<Record<string, Check>>>> = {
  user: { text },
  assistant: { text, model: text, usage, calls },
  result: { call: text, tool: text, ok: truth, text },
  note: { path: text, text },
  compaction: { summary: text, usage },
  pruned: { before: text },
};

/**
 * Whether a value from the store is an entry: a repository can bring a database of its own making.
 * Quicker than the schema for files, since every request goes through all entries.
 */
export function isEntry(value: unknown): value is Entry {
  if (!isObject(value) || value.v !== 1 || !text(value.id) || !number(value.ts)) return false;
  const { parent, body } = value;
  if (parent !== null && !text(parent)) return false;
  if (!isObject(body) || !Object.hasOwn(FIELDS, String(body.kind))) return false;
  return Object.entries(FIELDS[body.kind as EntryBody["kind"]])
    .every(([name, check]) => check(body[name]));
}

/** Whether a value from the store says what a conversation is, of whatever version. */
export function isInfo(value: unknown): value is ConversationInfo {
  if (!isObject(value)) return false;
  const { v, id, title, created, updated, leaf, turns } = value;
  return [id, title].every(text) && [v, created, updated, turns].every(number) &&
    (leaf === null || text(leaf)) && usage(value.usage);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
