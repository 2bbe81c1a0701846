/**
 * A text that fits into so many characters: whole lines of its head and its end, with a line between
 * them that says how many are left out.
 *
 * @param room characters; a text that is not longer stays as it is.
 */
export function fitText(text: string, room: number): string {
  if (text.length <= room) return text;
  const half = Math.max(0, Math.floor((room - 40) / 2));
  const head = text.slice(0, half);
  const tail = half === 0 ? "" : text.slice(-half);
  const start = head.slice(0, head.lastIndexOf("\n") + 1) || head;
  const end = tail.slice(tail.indexOf("\n") + 1) || tail;
  const left = text.slice(start.length, text.length - end.length).split("\n").length;
  return `${start.trimEnd()}\n... ${left} lines left out ...\n${end}`;
}

/** As many items from the start of a list as fit into so many characters. */
export function fitList(items: readonly string[], room: number): string[] {
  const kept: string[] = [];
  let left = room;
  for (const item of items) {
    left -= item.length + 1;
    if (left < 0) break;
    kept.push(item);
  }
  return kept;
}
