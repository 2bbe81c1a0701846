/**
 * A result without the diff that the person has just seen in a question.
 *
 * @param text of the result.
 * @param preview what the question showed; empty for nothing.
 */
export function withoutPreview(text: string, preview: string): string {
  const seen = preview.trim();
  if (seen === "" || !text.includes(seen)) return text;
  return text.replace(seen, () => "").trimEnd();
}
