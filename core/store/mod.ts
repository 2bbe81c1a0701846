/**
 * What lasts: key-values, append-only streams and searchable collections over SQLite or memory, and
 * state files that a killed process cannot tear.
 *
 * @example
 * ```ts
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import assert from "node:assert/strict";
 *
 * const store = openMemoryStore();
 * await store.update<number>("visits", (old) => (old ?? 0) + 1);
 * assert.deepEqual(await store.list("vis"), [{ key: "visits", value: 1 }]);
 * ```
 *
 * @module
 */
// Stores.
export { openStore } from "./open_store.ts";
export { openSqliteStore, type SqliteStoreOptions } from "./sqlite.ts";
export { openMemoryStore } from "./memory.ts";
export { lazyStore } from "./lazy.ts";
export { JsonText } from "./json_text.ts";
export type {
  Collection,
  Document,
  Hit,
  Json,
  ReadOptions,
  SearchOptions,
  Store,
  StreamEntry,
  Write,
} from "./types.ts";

// State files.
export { readStateFile, type StateFileOptions, writeStateFile } from "./state_file.ts";
export { updateStateFile } from "./update_state_file.ts";
export { appendJsonLine, type JsonLinesOptions, readJsonLines } from "./json_lines.ts";
