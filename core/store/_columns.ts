import { UserError } from "../errors.ts";

/**
 * Checks the columns a collection is opened with.
 *
 * @param old columns it was made with; undefined for a new one.
 * @throws {TypeError} when there is none, or one twice.
 * @throws {UserError} `failed` when they are not the old ones.
 */
export function checkColumns(
  name: string,
  columns: readonly string[],
  old: readonly string[] | undefined,
): void {
  if (columns.length === 0 || new Set(columns).size !== columns.length) {
    throw new TypeError(`collection "${name}" needs different columns, one at least`);
  }
  if (old === undefined || JSON.stringify(old) === JSON.stringify(columns)) return;
  throw new UserError(
    "failed",
    `collection "${name}" has the columns ${old.join(", ")}, not ${columns.join(", ")}`,
    { hint: "open it with those, or choose another name" },
  );
}
