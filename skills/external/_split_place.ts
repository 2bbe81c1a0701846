/**
 * Splits `path:line:column`; a drive letter is no place.
 *
 * @example `C:\x.ts:3` is line 3 of `C:\x.ts`.
 */
export function splitPlace(text: string): { path: string; line?: number; column?: number } {
  const [, path, line, column] = /^(.+?)(?::(\d{1,9}))?(?::(\d{1,9}))?$/.exec(text) ?? [];
  if (path === undefined || Number(line) === 0) return { path: text };
  return {
    path,
    ...(line === undefined ? {} : { line: Number(line) }),
    ...(column === undefined || Number(column) === 0 ? {} : { column: Number(column) }),
  };
}
