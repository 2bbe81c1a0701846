import { DatabaseSync } from "node:sqlite";
import { UserError } from "../errors.ts";
import { folderOf, nameOf } from "../workspace/path_parts.ts";
import { checkStateFile, makeStateFolder } from "../workspace/state_folder.ts";
import { pause } from "../pause.ts";
import { keepAside } from "./_keep_aside.ts";
import { prepareDatabase } from "./_schema.ts";
import { Engine } from "./_sqlite_engine.ts";
import { explainSqlite, isBusy, isCorruption } from "./_sqlite_errors.ts";
import { SqliteStore } from "./_sqlite_store.ts";
import type { Store } from "./types.ts";

/** Options of {@linkcode openSqliteStore}. */
export interface SqliteStoreOptions {
  /** How long a write waits for another session's. Milliseconds, default 5,000. */
  readonly busyTimeout?: number;
  /**
   * What a power cut may cost: `"normal"` (default) the last commits, `"full"` nothing, at a tenth
   * of the speed. A killed process costs nothing in either.
   */
  readonly durability?: "normal" | "full";
  /** Told in one sentence when a damaged file was kept aside. Default: nobody. */
  readonly onWarning?: (text: string) => void;
}

/**
 * Opens a store in a SQLite file, and makes file (0600) and folder (0700) when they do not exist.
 * Read and write permission for the folder are enough; several processes may have it open.
 *
 * A file that is damaged or no database is renamed to `<path>.corrupt-<milliseconds>` and a new
 * one started. Damage that shows later makes that call fail, and the next opening check the file.
 *
 * @param path of the file; links in it are resolved before anything is opened.
 * @throws {UserError} `failed` when it cannot be opened or written, or has a newer schema;
 * `refused` when it or a side file is a link or no plain file.
 *
 * @example
 * ```ts
 * import { openSqliteStore } from "@dspy/code/core/store";
 * import assert from "node:assert/strict";
 *
 * const folder = await Deno.makeTempDir();
 * const store = await openSqliteStore(`${folder}/store.db`);
 * await store.put("greeting", { text: "hello" });
 * assert.deepEqual(await store.get("greeting"), { text: "hello" });
 * assert.equal(await store.append("log", ["a", "b"]), 2);
 * await store.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function openSqliteStore(
  path: string,
  options: SqliteStoreOptions = {},
): Promise<Store> {
  const { onWarning } = options;
  const file = await makeFile(path);
  try {
    return await connect(file, path, options);
  } catch (error) {
    if (!isCorruption(error)) throw explainSqlite(error, path);
    const aside = await keepDatabaseAside(file);
    onWarning?.(`${path} was damaged: kept as ${nameOf(aside)}, started anew`);
  }
  try {
    return await connect(await makeFile(path), path, options);
  } catch (error) {
    throw explainSqlite(error, path);
  }
}

/** What WAL mode keeps beside the file. */
const SIDES = ["-wal", "-shm"];

/** Makes folder and file for us alone; SQLite gives its side files the same mode. */
async function makeFile(path: string): Promise<string> {
  try {
    await makeStateFolder(folderOf(path));
    const file = `${await Deno.realPath(folderOf(path))}/${nameOf(path)}`;
    // A link must be resolved first: Deno checks the path as it is spelled.
    const real = await Deno.realPath(file).catch(() => file);
    // SQLite opens its side files wherever a link leads, and Deno does not check those.
    for (const side of ["", ...SIDES, "-journal"]) await checkStateFile(real + side);
    (await Deno.open(real, { append: true, create: true, mode: 0o600 })).close();
    return real;
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError("failed", `${path}: the store cannot be opened`, {
      hint: "check that its folder exists and is writable",
      cause,
    });
  }
}

async function connect(file: string, path: string, options: SqliteStoreOptions): Promise<Store> {
  const { busyTimeout = 5_000, durability = "normal" } = options;
  const suspect = `${file}.suspect`;
  const db = new DatabaseSync(file, { timeout: busyTimeout });
  try {
    await untilFree(() => prepareDatabase(db, path), busyTimeout);
    if (durability === "full") db.exec("PRAGMA synchronous = FULL");
    if (await exists(suspect)) {
      checkWhole(db);
      await Deno.remove(suspect);
    }
    const engine = new Engine(db, path, (error) => {
      if (isCorruption(error)) Deno.writeTextFileSync(suspect, "");
    });
    return new SqliteStore(engine);
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The change to WAL does not wait for locks by itself, so two first openings can collide. */
async function untilFree(work: () => void, timeout: number): Promise<void> {
  const deadline = Date.now() + timeout;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error;
      await pause(5 + Math.random() * 20);
    }
  }
}

function checkWhole(db: DatabaseSync): void {
  const [first] = db.prepare("PRAGMA quick_check(1)").all();
  if (first?.["quick_check"] === "ok") return;
  throw Object.assign(new Error("database disk image is malformed"), { code: "ERR_SQLITE_ERROR" });
}

/** Side files go with their database: an old log must not be played into a new file. */
async function keepDatabaseAside(file: string): Promise<string> {
  const aside = await keepAside(file);
  for (const side of SIDES) {
    await Deno.rename(file + side, aside + side).catch(() => undefined);
  }
  await Deno.remove(`${file}.suspect`).catch(() => undefined);
  return aside;
}

function exists(path: string): Promise<boolean> {
  return Deno.lstat(path).then(() => true, () => false);
}
