/** Shortens a value for an error message, so that a pasted file does not fill the screen. */
export function clip(value: string, most = 80): string {
  return value.length <= most ? value : `${value.slice(0, most - 1)}\u2026`;
}
