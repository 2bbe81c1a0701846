/** Characters of JSON that one record may have. */
const MAX_LENGTH = 2 ** 20;

/**
 * A copy of a value as JSON has it, so that nobody changes a record afterwards. What JSON cannot
 * hold, or what is too large, becomes `{ unkept }`, which says why, with the beginning as `preview`.
 */
export function snapshot(value: unknown): unknown {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    return { unkept: error instanceof Error ? error.message.split("\n", 1)[0] : String(error) };
  }
  if (text === undefined) return null;
  if (text.length <= MAX_LENGTH) return JSON.parse(text);
  return { unkept: `${text.length} characters of JSON`, preview: text.slice(0, 1000) };
}
