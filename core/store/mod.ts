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
export * from "./json_lines.ts";
export * from "./lazy.ts";
export * from "./memory.ts";
export * from "./open_store.ts";
export * from "./sqlite.ts";
export * from "./state_file.ts";
export * from "./update_state_file.ts";
export type * from "./types.ts";
