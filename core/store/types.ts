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
  /** Position in its stream: 1, 2, 3 … without gaps. */
  readonly offset: number;
  /** Milliseconds since the epoch when it was appended. */
  readonly ts: number;
  readonly value: T;
}

/** One document of a {@linkcode Collection}. */
export interface Document<T = unknown> {
  readonly id: string;
  readonly data: T;
  /** Searchable text by column; columns are fixed when the collection is opened. */
  readonly text: Readonly<Record<string, string>>;
}

/** A search hit. */
export interface Hit<T = unknown> {
  readonly id: string;
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
  get(id: string): Promise<T | undefined>;
  delete(ids: readonly string[]): Promise<number>;
  count(): Promise<number>;
  /**
   * Ranks documents by BM25 over words; identifiers also match by their camelCase and snake_case
   * parts. The query is plain words: no character in it is an operator.
   */
  search(query: string, options?: SearchOptions): Promise<Hit<T>[]>;
}

/** Options of {@linkcode Store.read}. */
export interface ReadOptions {
  /** Only entries after this offset. Default 0: from the start. */
  readonly after?: number;
  /** How many at most. Default 1,000. */
  readonly limit?: number;
}

/**
 * What must last. One interface over SQLite, memory and, later, HTTP: values are JSON, keys are
 * any non-empty string, every write is atomic and durable against a killed process.
 */
export interface Store {
  get<T = unknown>(key: string): Promise<T | undefined>;
  put(key: string, value: unknown): Promise<void>;
  /** Changes a value in one transaction: no other writer comes between. */
  update<T>(key: string, change: (old: T | undefined) => T): Promise<T>;
  delete(key: string): Promise<boolean>;
  /** Keys and values under a prefix, in key order. */
  list<T = unknown>(prefix: string, limit?: number): Promise<{ key: string; value: T }[]>;
  /** Appends values in one transaction; returns the offset of the last. */
  append(stream: string, values: readonly unknown[]): Promise<number>;
  read<T = unknown>(stream: string, options?: ReadOptions): Promise<StreamEntry<T>[]>;
  /** Offset of the newest entry, 0 when there is none. */
  head(stream: string): Promise<number>;
  /**
   * Opens a collection, creating it with these text columns.
   *
   * @throws {UserError} when it exists with other columns.
   */
  collection<T = unknown>(name: string, columns: readonly string[]): Promise<Collection<T>>;
  close(): Promise<void>;
}
