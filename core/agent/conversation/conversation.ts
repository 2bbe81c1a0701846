import { UserError } from "../../errors.ts";
import { addUsage, NO_USAGE } from "../../lm/usage.ts";
import type { LMUsage } from "../../lm/types.ts";
import type { Store } from "../../store/types.ts";
import { isEntry, isInfo } from "./_stored.ts";
import type { Entry, EntryBody } from "./entry.ts";
import { wayTo } from "./_way_to.ts";

/** What is known of a conversation without reading it. */
export interface ConversationInfo {
  /** Version of this shape. */
  readonly v: 1;
  /** Unique in its workspace. */
  readonly id: string;
  /** The first request, cut to a line. */
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** Milliseconds since the epoch of the newest entry. */
  readonly updated: number;
  /** Id of the entry that the next one follows; null at the start. */
  readonly leaf: string | null;
  /** How often the person said something, on the way to the leaf. */
  readonly turns: number;
  /** What all its requests took. */
  readonly usage: LMUsage;
  /** Where it was forked from: conversation and entry. */
  readonly from?: string;
}

/** A conversation that can be added to. Each entry is in the store before the next thing happens. */
export interface Conversation {
  /** As it is now. */
  readonly info: ConversationInfo;
  /** From the first entry to the leaf. */
  readonly path: readonly Entry[];
  /** Adds an entry after the leaf. */
  append(body: EntryBody): Promise<Entry>;
  /**
   * Makes another entry the leaf: what follows it on the old way stays, but no longer counts.
   *
   * @param id null for the time before the first entry.
   * @throws {UserError} `usage` when there is no such entry.
   */
  moveTo(id: string | null): Promise<void>;
}

const PAGE = 1000;

/** Under which a conversation's facts stand in the store. */
export function infoKey(id: string): string {
  return `conversation:${id}`;
}

/** The stream of its entries. */
export function entriesOf(id: string): string {
  return `conversation:${id}`;
}

/** Under which a conversation's list of steps stands. */
export function todoKey(conversation: string): string {
  return `todo:${conversation}`;
}

/** Under which the whole text of a result stands. */
export function outputKey(conversation: string, call: string): string {
  return `output:${conversation}:${call}`;
}

/**
 * Opens a conversation, or starts one. Rows of the store that are no entries are passed over.
 *
 * @param id of the conversation; one that does not exist yet is started with its first entry.
 * @param redact takes secrets out of what is added. Default: nothing is.
 *
 * @example
 * ```ts
 * import { openConversation } from "@dspy/code/core/agent";
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import assert from "node:assert/strict";
 *
 * const store = openMemoryStore();
 * const talk = await openConversation(store, "c1");
 * await talk.append({ kind: "user", text: "why does the build fail?" });
 * const again = await openConversation(store, "c1");
 * assert.equal(again.info.title, "why does the build fail?");
 * assert.equal(again.path.length, 1);
 * ```
 */
export async function openConversation(
  store: Store,
  id: string,
  redact: (body: EntryBody) => EntryBody = (body) => body,
): Promise<Conversation> {
  const stored = await store.get<unknown>(infoKey(id));
  let info = isInfo(stored) ? stored : fresh(id);
  if (info.v !== 1) {
    throw new UserError("failed", `conversation ${id} is of a newer version of dspy-code`, {
      hint: "update dspy-code, or start a new one",
    });
  }
  const all = new Map<string, Entry>();
  for (let after = 0;;) {
    const page = await store.read<unknown>(entriesOf(id), { after, limit: PAGE });
    for (const { value } of page) if (isEntry(value)) all.set(value.id, value);
    if (page.length < PAGE) break;
    after = page.at(-1)!.offset;
  }
  let path = wayTo(info.leaf, all);

  return {
    get info() {
      return info;
    },
    get path() {
      return path;
    },
    async append(given) {
      const body = redact(given);
      const ts = Date.now();
      const entry: Entry = {
        v: 1,
        id: crypto.randomUUID().slice(0, 8),
        parent: info.leaf,
        ts,
        body,
      };
      const next = grown(info, entry);
      await store.commit([
        { op: "append", stream: entriesOf(id), values: [entry] },
        { op: "put", key: infoKey(id), value: next },
      ]);
      all.set(entry.id, entry);
      path = [...path, entry];
      info = next;
      return entry;
    },
    async moveTo(leaf) {
      if (leaf !== null && !all.has(leaf)) {
        throw new UserError("usage", `conversation ${id} has no entry ${JSON.stringify(leaf)}`, {
          hint: `see "dspy-code sessions show ${id}"`,
        });
      }
      path = wayTo(leaf, all);
      const turns = path.filter(({ body }) => body.kind === "user").length;
      info = { ...info, leaf, turns, updated: Date.now() };
      await store.put(infoKey(id), info);
    },
  };
}

function fresh(id: string): ConversationInfo {
  const now = Date.now();
  return {
    v: 1,
    id,
    title: "",
    created: now,
    updated: now,
    leaf: null,
    turns: 0,
    usage: NO_USAGE,
  };
}

const TITLE = 80;

function grown(info: ConversationInfo, { id, ts, body }: Entry): ConversationInfo {
  const said = body.kind === "user";
  const line = said && info.title === "" ? body.text.trim().split("\n")[0]!.slice(0, TITLE) : "";
  const usage = usageOf(body);
  return {
    ...info,
    title: info.title || line,
    updated: ts,
    leaf: id,
    turns: info.turns + (said ? 1 : 0),
    usage: usage === undefined ? info.usage : addUsage(info.usage, usage),
  };
}

/** What an entry's requests took; undefined when it made none. */
export function usageOf(body: EntryBody): LMUsage | undefined {
  return "usage" in body ? body.usage : undefined;
}
