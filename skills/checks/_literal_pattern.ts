/** A regular expression that matches just this text, in JavaScript, Go and Java alike. */
export function literalPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
