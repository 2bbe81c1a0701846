/** Numbers of a block, whose texts are made once. */
const BLOCK = 1024;
const ends: string[] = [];

/** Makes ids that differ between processes by a random prefix, within one by a number. */
export function counterIds(): () => string {
  const prefix = crypto.randomUUID().slice(0, 13) + "-";
  let block = 0;
  let start = "";
  let next = BLOCK;
  return () => {
    if (next === BLOCK) {
      start = prefix + (block++).toString(32);
      next = 0;
    }
    const end = ends[next] ??= next.toString(32).padStart(2, "0");
    next++;
    return start + end;
  };
}

/** Messages in a row that may have the time of the first. */
const ROW = 64;

/** Messages within one millisecond that make it worth while. */
const BUSY = 4;

/**
 * A clock that is asked less often while many messages are published at once: asking costs more than
 * the rest of a publish. What is published in a later turn of the event loop has its own time.
 */
export function turnClock(now: () => number): () => number {
  let time = 0;
  let left = 0;
  let same = 0;
  let ends = false;
  const end = () => {
    left = 0;
    ends = false;
  };
  return () => {
    if (left > 0) {
      left--;
      return time;
    }
    const asked = now();
    same = asked === time ? same + 1 : 0;
    time = asked;
    if (same >= BUSY) {
      left = ROW - 1;
      if (!ends) queueMicrotask(end);
      ends = true;
    }
    return time;
  };
}
