import { UserError } from "../../errors.ts";
import type { Store, Write } from "../../store/types.ts";
import { type ConversationInfo, entriesOf, infoKey, outputKey, todoKey } from "./conversation.ts";
import type { Entry } from "./entry.ts";
import { isEntry, isInfo } from "./_stored.ts";
import { wayTo } from "./_way_to.ts";

const KEYS = "conversation:";

/** All conversations of a workspace, the newest first. */
export async function listConversations(store: Store): Promise<ConversationInfo[]> {
  const rows = await store.list<unknown>(KEYS);
  return rows.flatMap(({ key, value }) => isInfo(value) && key === infoKey(value.id) ? [value] : [])
    .sort((a, b) => b.updated - a.updated);
}

/**
 * Finds one by its id, the start of its id, or `last` for the newest.
 *
 * @throws {UserError} `usage` when none or several fit.
 */
export async function findConversation(store: Store, name: string): Promise<ConversationInfo> {
  const all = await listConversations(store);
  const fitting = name === "last"
    ? all.slice(0, 1)
    : all.filter(({ id }) => id === name || (name.length >= 4 && id.startsWith(name)));
  const exact = fitting.find(({ id }) => id === name) ??
    (fitting.length === 1 ? fitting[0] : undefined);
  if (exact !== undefined) return exact;
  const what = fitting.length > 1 ? `${fitting.length} sessions start with` : "no session called";
  throw new UserError("usage", `${what} ${JSON.stringify(name)}`, {
    hint: all.length === 0 ? "none has been kept here yet" : 'see "dspy-code sessions"',
  });
}

/**
 * Starts a conversation that goes on from a place in another one; that one stays as it is.
 *
 * @param from the conversation's id.
 * @param at the last entry that is taken over. Default its leaf.
 * @param id of the new one.
 * @throws {UserError} `usage` when there is no such entry.
 */
export async function forkConversation(
  store: Store,
  from: string,
  { at, id }: { readonly at?: string; readonly id: string },
): Promise<void> {
  const source = await findConversation(store, from);
  const all = new Map((await allEntries(store, from)).map((entry) => [entry.id, entry]));
  if (at !== undefined && !all.has(at)) {
    throw new UserError("usage", `session ${from} has no entry ${JSON.stringify(at)}`, {
      hint: `see "dspy-code sessions show ${from}"`,
    });
  }
  const way = wayTo(at ?? source.leaf, all);
  const now = Date.now();
  const info: ConversationInfo = {
    ...source,
    id,
    created: now,
    updated: now,
    leaf: way.at(-1)?.id ?? null,
    turns: way.filter(({ body }) => body.kind === "user").length,
    from: at === undefined ? from : `${from}@${at}`,
  };
  const outputs = await outputsOf(store, from);
  const todo = await store.get(todoKey(from));
  await store.commit([
    { op: "append", stream: entriesOf(id), values: way },
    ...outputs.map(({ call, value }): Write => ({ op: "put", key: outputKey(id, call), value })),
    ...todo === undefined ? [] : [{ op: "put" as const, key: todoKey(id), value: todo }],
    { op: "put", key: infoKey(id), value: info },
  ]);
}

/** Removes a conversation and the outputs kept for it. */
export async function deleteConversation(store: Store, id: string): Promise<void> {
  const outputs = await outputsOf(store, id);
  await store.commit([
    { op: "drop", stream: entriesOf(id) },
    ...outputs.map(({ call }): Write => ({ op: "delete", key: outputKey(id, call) })),
    { op: "delete", key: todoKey(id) },
    { op: "delete", key: infoKey(id) },
  ]);
}

/** Every entry of a conversation in the order of writing, also those that no longer count. */
export async function allEntries(store: Store, id: string): Promise<Entry[]> {
  const rows = await store.read<unknown>(entriesOf(id), { limit: Number.MAX_SAFE_INTEGER });
  return rows.map(({ value }) => value).filter(isEntry);
}

async function outputsOf(store: Store, id: string): Promise<{ call: string; value: unknown }[]> {
  const prefix = outputKey(id, "");
  return (await store.list(prefix)).map(({ key, value }) => ({
    call: key.slice(prefix.length),
    value,
  }));
}
