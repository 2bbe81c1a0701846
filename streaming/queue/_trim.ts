import type { Write } from "../../core/store/types.ts";
import { add, type Ground } from "./_ground.ts";
import type { EndEntry } from "./_layout.ts";

/** Ended jobs that go in one transaction. */
const PAGE = 256;

/**
 * Forgets the oldest ended jobs beyond what is kept.
 *
 * @param now whether to the point; else only when a page of them has come together.
 * @returns how many.
 */
export async function trimEnded(ground: Ground, now: boolean): Promise<number> {
  const { store, keys, keepDone, keepMs } = ground;
  const cursor = `${keys.number}trimmed`;
  let gone = 0;
  for (;;) {
    const [trimmed, head] = [await store.get<number>(cursor), await store.head(keys.ended)];
    const after = trimmed ?? 0;
    const tooMany = head - keepDone;
    const oldest = ground.now() - keepMs;
    if (!now && tooMany - after < PAGE && !(await isOld(ground, after, oldest))) return gone;
    const page = await store.read<EndEntry>(keys.ended, { after, limit: PAGE });
    const stays = page.findIndex(({ offset, value: [, at] }) => offset > tooMany && at >= oldest);
    const leaving = stays < 0 ? page : page.slice(0, stays);
    const last = leaving.at(-1)?.offset;
    if (last === undefined) return gone;
    // The dead are not forgotten.
    const forgotten = leaving.filter(({ value: [, , state] }) => state !== "dead");
    const writes: Write[] = [
      trimmed === undefined
        ? { op: "expect", key: cursor, absent: true }
        : { op: "expect", key: cursor, value: trimmed },
      { op: "put", key: cursor, value: last },
      ...forgotten.map(({ value: [id] }): Write => ({ op: "delete", key: keys.job + id })),
      add(ground, "forgotten", forgotten.length),
      { op: "trim", stream: keys.ended, before: last + 1 },
    ];
    // Another process trims, too: what it leaves comes next time.
    if (!await ground.commits.commit(writes)) return gone;
    gone += forgotten.length;
  }
}

/** Whether the oldest one kept is too old. */
async function isOld({ store, keys }: Ground, after: number, oldest: number): Promise<boolean> {
  const [first] = await store.read<EndEntry>(keys.ended, { after, limit: 1 });
  return first !== undefined && first.value[1] < oldest;
}
