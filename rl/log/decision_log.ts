import type { Store, StreamEntry } from "../../core/store/types.ts";

/** Stream of the store that decisions and their outcomes go to. */
export const DECISIONS = "rl.decisions";

/** Entries that are kept at least; a trainer trims older ones. Some 5,000 decisions, 8 MB. */
export const KEPT_ENTRIES = 10_000;

const PAGE = 1000;
/** What is read backwards is wanted from the end: mostly a few entries. */
const PAGE_BACK = 100;

/** The log of decisions in a store: it only grows at its end, and is read by offset. */
export interface DecisionLog {
  /** Adds entries in one transaction. */
  append(...entries: readonly unknown[]): Promise<void>;
  /** Entries after an offset, oldest first, in pages; the first may be later if some were trimmed. */
  after(offset: number): AsyncGenerator<readonly StreamEntry[]>;
  /** All entries, newest first; at no time more than a page of them is held. */
  newest(): AsyncGenerator<StreamEntry>;
  /** Offset of the newest entry. */
  head(): Promise<number>;
  /** Offset of the oldest entry that is left; one more than the head's when none is. */
  first(): Promise<number>;
}

/** Opens the log; what cannot be used in it is the reader's business. */
export function openDecisionLog(store: Pick<Store, "append" | "read" | "head">): DecisionLog {
  const head = () => store.head(DECISIONS);
  return {
    append: async (...entries) => void await store.append(DECISIONS, entries),
    async *after(offset) {
      for (let after = offset;;) {
        const page = await store.read(DECISIONS, { after, limit: PAGE });
        if (page.length === 0) return;
        yield page;
        after = page.at(-1)!.offset;
        if (page.length < PAGE) return;
      }
    },
    async *newest() {
      for (let end = await head(); end > 0;) {
        const after = Math.max(0, end - PAGE_BACK);
        const page = await store.read(DECISIONS, { after, limit: end - after });
        // Where entries before were trimmed, later ones stand in their place.
        yield* page.filter(({ offset }) => offset <= end).toReversed();
        if (page[0]?.offset !== after + 1) return;
        end = after;
      }
    },
    head,
    async first() {
      const [oldest] = await store.read(DECISIONS, { limit: 1 });
      return oldest?.offset ?? await head() + 1;
    },
  };
}
