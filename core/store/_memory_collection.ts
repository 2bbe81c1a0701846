import { checkKey, compareByCodePoint } from "./_keys.ts";
import { toJson } from "./json_text.ts";
import { queryWords, termText, type Word } from "./terms.ts";
import type { Collection, Document, Hit, SearchOptions } from "./types.ts";

/** A document and how often each of its terms occurs, by column. */
interface Entry {
  readonly id: string;
  /** Rank among documents of equal score at the limit, as SQLite's row id. */
  readonly order: number;
  readonly json: string;
  readonly counts: ReadonlyMap<string, readonly number[]>;
  /** Terms in all. */
  readonly length: number;
}

const K1 = 1.2;
const B = 0.75;

/** A collection in memory; ranks as SQLite's FTS5 does, formula and all. */
export class MemoryCollection<T> implements Collection<T> {
  readonly columns: readonly string[];
  readonly #entries = new Map<string, Entry>();
  readonly #postings = new Map<string, Set<Entry>>();
  #order = 0;
  #length = 0;

  constructor(columns: readonly string[]) {
    this.columns = columns;
  }

  // deno-lint-ignore require-await -- rejects instead of throwing
  async put(documents: readonly Document<T>[]): Promise<void> {
    for (const apply of this.prepare(documents)) apply();
  }

  get(id: string): Promise<T | undefined> {
    const entry = this.#entries.get(id);
    return Promise.resolve(entry && JSON.parse(entry.json) as T);
  }

  delete(ids: readonly string[]): Promise<number> {
    return Promise.resolve(ids.filter((id) => this.#remove(id)).length);
  }

  count(): Promise<number> {
    return Promise.resolve(this.#entries.size);
  }

  search(query: string, options: SearchOptions = {}): Promise<Hit<T>[]> {
    const { limit = 10, weights = {}, match = "any" } = options;
    const words = queryWords(query);
    const weightOf = this.columns.map((name) => Number(weights[name] ?? 1));
    const scores = new Map<Entry, number>();
    for (const term of words.flatMap(({ whole, parts }) => whole ? [whole, ...parts] : parts)) {
      this.#addScores(term, weightOf, scores);
    }
    const hits = [...scores].filter(([entry]) => match === "any" || hasAll(entry, words))
      .sort(([a, x], [b, y]) => y - x || a.order - b.order).slice(0, limit)
      .sort(([a, x], [b, y]) => y - x || compareByCodePoint(a.id, b.id));
    return Promise.resolve(
      hits.map(([{ id, json }, score]) => ({ id, data: JSON.parse(json) as T, score })),
    );
  }

  /** Checks documents; the returned steps, which cannot fail, then put them in. */
  prepare(documents: readonly Document[]): (() => void)[] {
    return documents.map(({ id, data, text }) => {
      checkKey(id);
      const json = toJson(data);
      const terms = this.columns.map((name) => termText(text[name] ?? "").split(" "));
      return () => this.#put(id, json, terms);
    });
  }

  /** Removes the documents whose id starts with a prefix. */
  unindex(prefix: string): void {
    for (const id of [...this.#entries.keys()]) if (id.startsWith(prefix)) this.#remove(id);
  }

  #put(id: string, json: string, columns: readonly (readonly string[])[]): void {
    const order = this.#entries.get(id)?.order ?? ++this.#order;
    this.#remove(id);
    const counts = new Map<string, number[]>();
    let length = 0;
    columns.forEach((terms, column) => {
      for (const term of terms) {
        if (term === "") continue;
        let count = counts.get(term);
        if (count === undefined) counts.set(term, count = columns.map(() => 0));
        count[column]!++;
        length++;
      }
    });
    const entry: Entry = { id, order, json, counts, length };
    this.#entries.set(id, entry);
    this.#length += length;
    for (const term of counts.keys()) {
      const posting = this.#postings.get(term);
      if (posting === undefined) this.#postings.set(term, new Set([entry]));
      else posting.add(entry);
    }
  }

  #remove(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    for (const term of entry.counts.keys()) this.#postings.get(term)!.delete(entry);
    this.#length -= entry.length;
    return this.#entries.delete(id);
  }

  #addScores(term: string, weights: readonly number[], scores: Map<Entry, number>): void {
    const posting = this.#postings.get(term);
    if (posting === undefined || posting.size === 0) return;
    const all = this.#entries.size;
    const mean = this.#length / all;
    const idf = Math.log((all - posting.size + 0.5) / (posting.size + 0.5));
    for (const entry of posting) {
      const count = entry.counts.get(term)!.reduce((sum, n, i) => sum + n * weights[i]!, 0);
      const damped = (count * (K1 + 1)) / (count + K1 * (1 - B + B * entry.length / mean));
      // A term in over half the documents still counts a little, as in FTS5.
      scores.set(entry, (scores.get(entry) ?? 0) + Math.max(idf, 1e-6) * damped);
    }
  }
}

function hasAll({ counts }: Entry, words: readonly Word[]): boolean {
  return words.every(({ whole, parts }) =>
    (whole !== undefined && counts.has(whole)) ||
    (parts.length > 0 && parts.every((part) => counts.has(part)))
  );
}
