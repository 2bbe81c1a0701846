import type { Store } from "../../core/store/types.ts";

/** Stream of the store that decisions and their outcomes go to. */
export const DECISIONS = "rl.decisions";

const PAGE = 1000;

/** The log of decisions in a store: append-only, read by offset. */
export interface DecisionLog {
  /** Adds entries in one transaction. */
  append(...entries: readonly unknown[]): Promise<void>;
  /** Entries after an offset, oldest first, in pages. */
  after(offset: number): AsyncGenerator<readonly { offset: number; value: unknown }[]>;
  /** Offset of the newest entry. */
  head(): Promise<number>;
}

/** Opens the log; what cannot be used in it is the reader's business. */
export function openDecisionLog(store: Pick<Store, "append" | "read" | "head">): DecisionLog {
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
    head: () => store.head(DECISIONS),
  };
}
