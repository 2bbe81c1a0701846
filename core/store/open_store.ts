import { describeError, UserError } from "../errors.ts";
import { lazy } from "../lazy.ts";
import { openSqliteStore, type SqliteStoreOptions } from "./sqlite.ts";
import type { Store } from "./types.ts";

const loadMemory = lazy<typeof import("./memory.ts")>("./memory.ts", import.meta.url);

/**
 * Opens a store in a SQLite file or, where that cannot be had (a read-only disk, a file of a newer
 * version), one in memory, with a warning that says so.
 *
 * @param path of the file.
 */
export async function openStore(path: string, options: SqliteStoreOptions = {}): Promise<Store> {
  try {
    return await openSqliteStore(path, options);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    options.onWarning?.(`${describeError(error)}; until then nothing outlasts this session`);
    return (await loadMemory()).openMemoryStore();
  }
}
