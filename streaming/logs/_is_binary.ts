/**
 * Whether the first bytes of a file are those of no text: UTF-16, or many control characters. Runs
 * of NULs do not count, since file systems leave them in texts.
 */
export function isBinary(head: Uint8Array): boolean {
  const [first, second] = head;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  let controls = 0;
  let counted = 0;
  for (let i = 0; i < head.length; i++) {
    const byte = head[i]!;
    if (byte === 0) {
      let end = i;
      while (end < head.length && head[end] === 0) end++;
      if (end - i >= 4) {
        i = end - 1;
        continue;
      }
    }
    counted++;
    const isText = byte >= 0x20 ? byte !== 0x7f : (byte >= 0x08 && byte <= 0x0d) || byte === 0x1b;
    if (!isText) controls++;
  }
  return controls >= 4 && controls > 0.05 * counted;
}
