import type { SQLInputValue, StatementSync } from "node:sqlite";
import { AFTER_ALL, checkKey, prefixEnd } from "./_keys.ts";
import { toJson } from "./json_text.ts";
import type { Engine } from "./_sqlite_engine.ts";
import { queryWords, termText, type Word } from "./terms.ts";
import type { Collection, Document, Hit, SearchOptions } from "./types.ts";

/**
 * A collection in SQLite: documents in `document`, their terms in an FTS5 table of its own, taken
 * from the text by {@linkcode termText}. The table keeps the terms, at the size of the text: without
 * them (`contentless_delete`) FTS5 forgets to take deleted lengths off its mean, and BM25 drifts.
 */
export class SqliteCollection<T> implements Collection<T> {
  readonly #engine: Engine;
  readonly #id: number;
  readonly #columns: readonly string[];
  readonly #find: StatementSync;
  readonly #under: StatementSync;
  readonly #count: StatementSync;
  readonly #get: StatementSync;
  readonly #insert: StatementSync;
  readonly #replace: StatementSync;
  readonly #remove: StatementSync;
  readonly #addWords: StatementSync;
  readonly #removeWords: StatementSync;
  readonly #search: StatementSync;

  /** @param id of the row in `collection`; its words table must exist. */
  constructor(engine: Engine, id: number, columns: readonly string[]) {
    const words = `words_${id}`;
    const names = columns.map((_, i) => `c${i}`);
    this.#engine = engine;
    this.#id = id;
    this.#columns = columns;
    this.#find = engine.prepare("SELECT rowid FROM document WHERE collection = ? AND id = ?");
    this.#under = engine.prepare(
      "SELECT rowid FROM document WHERE collection = ? AND id >= ? AND id < ?",
    );
    this.#count = engine.prepare("SELECT count(*) FROM document WHERE collection = ?");
    this.#get = engine.prepare("SELECT data FROM document WHERE collection = ? AND id = ?");
    this.#insert = engine.prepare("INSERT INTO document (collection, id, data) VALUES (?, ?, ?)");
    this.#replace = engine.prepare("UPDATE document SET data = ? WHERE rowid = ?");
    this.#remove = engine.prepare("DELETE FROM document WHERE rowid = ?");
    this.#addWords = engine.prepare(
      `INSERT INTO ${words} (rowid, ${names.join(", ")}) VALUES (?${", ?".repeat(names.length)})`,
    );
    this.#removeWords = engine.prepare(`DELETE FROM ${words} WHERE rowid = ?`);
    this.#search = engine.prepare(
      `SELECT id, data, -score FROM (
         SELECT rowid AS hit, rank AS score FROM ${words}
         WHERE ${words} MATCH ? AND rank MATCH ? ORDER BY rank, rowid LIMIT ?
       ) JOIN document ON document.rowid = hit ORDER BY score, id`,
    );
  }

  /** Makes the words table of a new collection. */
  static create(engine: Engine, id: number, columns: readonly string[]): void {
    const names = columns.map((_, i) => `c${i}`).join(", ");
    engine.db.exec(
      `CREATE VIRTUAL TABLE words_${id} USING fts5(
         ${names}, tokenize="ascii tokenchars '_'"
       )`,
    );
  }

  put(documents: readonly Document<T>[]): Promise<void> {
    return this.#engine.transaction(() => this.index(documents));
  }

  get(id: string): Promise<T | undefined> {
    return this.#engine.run(() => {
      const row = cells(this.#get.get(this.#id, id));
      return row === undefined ? undefined : JSON.parse(row[0] as string) as T;
    });
  }

  delete(ids: readonly string[]): Promise<number> {
    return this.#engine.transaction(() => {
      const rows = ids.map((id) => cells(this.#find.get(this.#id, id))?.[0]);
      return this.#removeRows(new Set(rows.filter((row) => row !== undefined)));
    });
  }

  count(): Promise<number> {
    return this.#engine.run(() => cells(this.#count.get(this.#id))![0] as number);
  }

  search(query: string, options: SearchOptions = {}): Promise<Hit<T>[]> {
    const { limit = 10, weights = {}, match = "any" } = options;
    const words = queryWords(query);
    if (words.length === 0) return Promise.resolve([]);
    const rank = `bm25(${this.#columns.map((name) => Number(weights[name] ?? 1)).join(", ")})`;
    return this.#engine.run(() => {
      const rows = this.#search.all(toExpression(words, match), rank, limit) as unknown[];
      return rows.map((row) => {
        const [id, data, score] = cells(row) as [string, string, number];
        return { id, data: JSON.parse(data) as T, score };
      });
    });
  }

  /** Adds or replaces documents inside a transaction. */
  index(documents: readonly Document[]): void {
    for (const { id, data, text } of documents) {
      const row = this.#upsert(checkKey(id), toJson(data));
      const terms = this.#columns.map((name) => termText(text[name] ?? ""));
      this.#addWords.run(row, ...terms);
    }
  }

  /** Removes the documents whose id starts with a prefix, inside a transaction. */
  unindex(prefix: string): void {
    const rows = this.#under.all(this.#id, prefix, prefixEnd(prefix) ?? AFTER_ALL) as unknown[];
    this.#removeRows(rows.map((row) => cells(row)![0]!));
  }

  #upsert(id: string, data: string): SQLInputValue {
    const old = cells(this.#find.get(this.#id, id))?.[0];
    if (old === undefined) return this.#insert.run(this.#id, id, data).lastInsertRowid;
    this.#replace.run(data, old);
    this.#removeWords.run(old);
    return old;
  }

  #removeRows(rows: Iterable<SQLInputValue>): number {
    let removed = 0;
    for (const row of rows) {
      this.#removeWords.run(row);
      this.#remove.run(row);
      removed++;
    }
    return removed;
  }
}

/** Each term is quoted, so none is an operator; terms hold letters, digits and `_` only. */
function toExpression(words: readonly Word[], match: "all" | "any"): string {
  return words.map(({ whole, parts }) => {
    const quoted = parts.map((part) => `"${part}"`);
    const together = quoted.join(match === "all" ? " AND " : " OR ");
    if (whole === undefined) return `(${together})`;
    return quoted.length === 0 ? `"${whole}"` : `("${whole}" OR (${together}))`;
  }).join(match === "all" ? " AND " : " OR ");
}

/** A row of a statement that returns arrays; the type says object. */
function cells(row: unknown): SQLInputValue[] | undefined {
  return row as SQLInputValue[] | undefined;
}
