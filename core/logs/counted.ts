/**
 * A number with its noun: `1 line`, `2 lines`.
 *
 * @param count how many.
 * @param noun one of them; its plural takes an s.
 */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
