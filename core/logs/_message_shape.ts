/** A time as logs write it. */
export const TIME =
  /\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?: ?(?:Z|[+-]\d\d:?\d\d)\b)?|\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d(?: [+-]\d{4})?/;

/**
 * A message without what differs each time: times are taken out, numbers and ids become `#`.
 *
 * @param head start of a line.
 */
export function messageShape(head: string): string {
  return head
    .replace(TIME, "")
    .replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b0x[0-9a-f]+\b|\b[0-9a-f]{16,}\b|\d+/gi, "#")
    .replace(/^[\s\[\](){}|,:-]+/, "")
    .trim()
    .slice(0, 160);
}
