/** The one spelling of a tool's name: `-` and `_` are interchangeable. */
export function canonicalName(name: string): string {
  return name.replaceAll("-", "_");
}
