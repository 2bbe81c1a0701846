import type { DatabaseSync } from "node:sqlite";
import { UserError } from "../errors.ts";

/** Each entry brings the schema from version `index` to `index + 1`. Never change one; add one. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE kv (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE stream (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  );
  CREATE TABLE entry (
    stream INTEGER NOT NULL REFERENCES stream (id),
    offset INTEGER NOT NULL,
    ts INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (stream, offset)
  ) WITHOUT ROWID;

  CREATE TABLE collection (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    columns TEXT NOT NULL
  );
  CREATE TABLE document (
    rowid INTEGER PRIMARY KEY,
    collection INTEGER NOT NULL REFERENCES collection (id),
    id TEXT NOT NULL,
    data TEXT NOT NULL,
    UNIQUE (collection, id)
  );
  `,
  // Entries up to here are trimmed: where counting goes on when none is left.
  "ALTER TABLE stream ADD COLUMN trimmed INTEGER NOT NULL DEFAULT 0",
];

/** The schema this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Sets a connection up and brings the file to the present schema, in one transaction.
 *
 * @throws {UserError} `failed` when the file has a newer schema: it is left as it is.
 */
export function prepareDatabase(db: DatabaseSync, path: string): void {
  const version = checkVersion(db, path);
  // Temporary files would lie outside the granted folder. Streams stay once they are there: to look
  // for one at each entry costs a tenth of an append.
  db.exec("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY");
  db.exec("PRAGMA journal_size_limit = 16777216; PRAGMA cache_size = -16000");
  // A repository can bring a file of its own making.
  db.exec("PRAGMA trusted_schema = OFF");
  if (version === SCHEMA_VERSION) return;
  // They stay with the file, and are set before the first table: VACUUM is refused in the jail. Pages
  // of twice the usual size take a twentieth less time for each line of a log.
  db.exec("PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL");
  db.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have been faster.
    for (const migration of MIGRATIONS.slice(checkVersion(db, path))) db.exec(migration);
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

function checkVersion(db: DatabaseSync, path: string): number {
  const version = readVersion(db);
  if (version <= SCHEMA_VERSION) return version;
  throw new UserError(
    "failed",
    `${path} has schema ${version}, written by a newer dspy-code; this one knows up to ` +
      `${SCHEMA_VERSION}`,
    { hint: "update dspy-code, or move the file away to start a new one" },
  );
}

function readVersion(db: DatabaseSync): number {
  return Number(db.prepare("PRAGMA user_version").get()?.["user_version"]);
}
