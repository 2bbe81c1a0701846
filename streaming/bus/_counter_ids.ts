/** Numbers whose texts are made once. */
const ENDS: readonly string[] = Array.from(
  { length: 1024 },
  (_, n) => n.toString(32).padStart(2, "0"),
);

/** Makes ids that differ between processes by a random prefix, within one by a number. */
export function counterIds(): () => string {
  const prefix = crypto.randomUUID().slice(0, 13) + "-";
  let block = 0;
  let start = "";
  let next = ENDS.length;
  return () => {
    if (next === ENDS.length) {
      start = prefix + (block++).toString(32);
      next = 0;
    }
    return start + ENDS[next++];
  };
}
