import { UserError } from "../errors.ts";

/** What a person can do something about; `exec` gives no result code, so the text decides too. */
interface Trouble {
  /** SQLite's primary result code. */
  readonly code: number;
  readonly text: RegExp;
  readonly message: string;
  readonly hint: string;
}

const BUSY: Trouble = {
  code: 5,
  text: /database is locked/,
  message: "another session kept the store locked for too long",
  hint: "try again",
};
const CORRUPT: Trouble = {
  code: 11,
  text: /disk image is malformed/,
  message: "the store is damaged",
  hint: "start again: the damaged file is then kept aside and a new one made",
};
const TROUBLES: readonly Trouble[] = [
  BUSY,
  CORRUPT,
  { ...CORRUPT, code: 26, text: /file is not a database/ },
  {
    code: 8,
    text: /readonly database/,
    message: "the store cannot be written",
    hint: "make the file and its folder writable",
  },
  {
    code: 10,
    text: /disk I\/O error/,
    message: "the disk failed; this write was not kept",
    hint: "check the disk and its free space",
  },
  {
    code: 13,
    text: /database or disk is full/,
    message: "no space left on the disk; this write was not kept",
    hint: "free some space",
  },
  {
    code: 14,
    text: /unable to open database file/,
    message: "the store cannot be opened",
    hint: "check that the folder exists and is writable",
  },
];

/** Whether a file turned out damaged, or to be no database. */
export function isCorruption(error: unknown): boolean {
  return troubleOf(error)?.message === CORRUPT.message;
}

/** Whether another connection held its lock longer than the timeout. */
export function isBusy(error: unknown): boolean {
  return troubleOf(error) === BUSY;
}

/**
 * Says what a failure of SQLite means to the person at the terminal.
 *
 * @param path of the store's file, for the message.
 * @returns a `failed` UserError, or the error itself when it is none that a person can mend.
 */
export function explainSqlite(error: unknown, path: string): unknown {
  const trouble = troubleOf(error);
  if (trouble === undefined) return error;
  return new UserError("failed", `${path}: ${trouble.message}`, {
    hint: trouble.hint,
    cause: error,
  });
}

function troubleOf(error: unknown): Trouble | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  if (error.code !== "ERR_SQLITE_ERROR") return undefined;
  const code = "errcode" in error ? Number(error.errcode) & 0xff : undefined;
  return TROUBLES.find((trouble) => trouble.code === code || trouble.text.test(error.message));
}
