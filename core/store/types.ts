/** Any value that survives JSON. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** One entry of a stream. */
export interface StreamEntry<T = unknown> {
  /** Position in its stream: 1, 2, 3 … without gaps; the first ones may have been trimmed. */
  readonly offset: number;
  /** Milliseconds since the epoch when it was appended. */
  readonly ts: number;
  /** What was appended. */
  readonly value: T;
}

/** One document of a {@linkcode Collection}. */
export interface Document<T = unknown> {
  /** Its name within the collection; a document put under the same one replaces it. */
  readonly id: string;
  /** What a search gives back; not searchable. */
  readonly data: T;
  /** Searchable text by column; columns are fixed when the collection is opened. */
  readonly text: Readonly<Record<string, string>>;
}

/** One part of a {@linkcode Store.commit}. */
export type Write =
  | { readonly op: "put"; readonly key: string; readonly value: unknown }
  | { readonly op: "delete"; readonly key: string }
  /** Adds to the number of a key, which is 0 when there is none; a value that is none rejects. */
  | { readonly op: "add"; readonly key: string; readonly by: number }
  | { readonly op: "append"; readonly stream: string; readonly values: readonly unknown[] }
  /** Removes all entries of a stream; offsets start at 1 again. */
  | { readonly op: "drop"; readonly stream: string }
  /**
   * Removes the entries of a stream with smaller offsets. Later entries keep theirs, and the stream
   * goes on counting even when all are gone.
   */
  | { readonly op: "trim"; readonly stream: string; readonly before: number }
  /**
   * A condition: nothing is written unless the key has this value, compared by its JSON text, before
   * the commit. What `get` gave back is the same text again.
   */
  | { readonly op: "expect"; readonly key: string; readonly value: unknown }
  /** A condition: nothing is written unless the key has no value before the commit. */
  | { readonly op: "expect"; readonly key: string; readonly absent: true }
  | {
    readonly op: "index";
    /** Name of an open collection. */
    readonly collection: string;
    readonly documents: readonly Document[];
  }
  | {
    readonly op: "unindex";
    /** Name of an open collection. */
    readonly collection: string;
    /** Documents whose id starts with this leave. */
    readonly prefix: string;
  };

/** A search hit. */
export interface Hit<T = unknown> {
  /** Of the document. */
  readonly id: string;
  /** Of the document. */
  readonly data: T;
  /** BM25, positive, higher is better. */
  readonly score: number;
}

/** Options of {@linkcode Collection.search}. */
export interface SearchOptions {
  /** How many hits at most. Default 10. */
  readonly limit?: number;
  /** Weight by column; default 1 each. */
  readonly weights?: Readonly<Record<string, number>>;
  /** Whether each term must occur, or any. Default `"any"`. */
  readonly match?: "all" | "any";
}

/** Documents with full-text search. */
export interface Collection<T = unknown> {
  /** Adds or replaces documents in one transaction. */
  put(documents: readonly Document<T>[]): Promise<void>;
  /** The data of a document; undefined when there is none. */
  get(id: string): Promise<T | undefined>;
  /** Removes documents; returns how many there were. */
  delete(ids: readonly string[]): Promise<number>;
  /** How many documents there are. */
  count(): Promise<number>;
  /**
   * Ranks documents by BM25 over words, best first, ties by id. Words match in any inflection
   * (`parsing`, `parsed`), identifiers also by their camelCase and snake_case parts. The query is
   * plain words: no character in it is an operator. Its first 64 different words count; words of
   * one ASCII character and of more than 128 characters are not searchable.
   */
  search(query: string, options?: SearchOptions): Promise<Hit<T>[]>;
}

/** Options of {@linkcode Store.read}. */
export interface ReadOptions {
  /** Only entries after this offset. Default 0: from the start; `head - n` for the last n. */
  readonly after?: number;
  /** How many at most. Default 1,000. */
  readonly limit?: number;
}

/**
 * What must last. One interface over SQLite, memory and, later, HTTP: values are JSON, or a
 * {@linkcode JsonText}; keys and names are any well-formed, non-empty string without NUL; every write is
 * atomic and durable against a killed process.
 *
 * A value that JSON cannot hold or a bad key is a defect and rejects with `TypeError`; a full disk,
 * a damaged file or a lock held too long rejects with a `failed` UserError, and nothing of that
 * write was kept.
 */
export interface Store {
  /** The value of a key; undefined when there is none. */
  get<T = unknown>(key: string): Promise<T | undefined>;
  /** Sets the value of a key. */
  put(key: string, value: unknown): Promise<void>;
  /**
   * Changes a value in one transaction: no other writer comes between.
   *
   * @param change computes the new value; it must not touch the store. What it throws is passed on
   * and the old value stays.
   * @returns the new value.
   */
  update<T>(key: string, change: (old: T | undefined) => T): Promise<T>;
  /** Removes a value; returns whether there was one. */
  delete(key: string): Promise<boolean>;
  /** Keys and values under a prefix, in order of the keys' code points. Default no limit. */
  list<T = unknown>(prefix: string, limit?: number): Promise<{ key: string; value: T }[]>;
  /**
   * Makes several writes in one transaction, in order: all or none.
   *
   * @returns false when a condition (`"expect"`) was not met and nothing was written, else true.
   */
  commit(writes: readonly Write[]): Promise<boolean>;
  /** Appends values in one transaction; returns the offset of the newest entry. */
  append(stream: string, values: readonly unknown[]): Promise<number>;
  /** Entries of a stream, oldest first. */
  read<T = unknown>(stream: string, options?: ReadOptions): Promise<StreamEntry<T>[]>;
  /** Offset of the newest entry there has been, also when it was trimmed; 0 when there was none. */
  head(stream: string): Promise<number>;
  /**
   * Opens a collection, creating it with these text columns.
   *
   * @param columns names of the texts of its documents, one at least; text under another name is
   * not searchable.
   * @throws {UserError} when it exists with other columns.
   */
  collection<T = unknown>(name: string, columns: readonly string[]): Promise<Collection<T>>;
  /** Ends the use of the store; closing twice is fine. */
  close(): Promise<void>;
}
