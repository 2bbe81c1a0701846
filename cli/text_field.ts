/** A field as the session sent it: anything but text counts as none. */
export function textField(value: unknown): string {
  return typeof value === "string" ? value : "";
}
