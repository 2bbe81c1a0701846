import type { Write } from "../../core/store/types.ts";
import { afterFailure } from "./_finish.ts";
import { type Ground, setAside } from "./_ground.ts";
import { dueKey, idIn, padTime } from "./_layout.ts";
import {
  asJob,
  asLease,
  asWaiting,
  type StoredLease,
  storedLease,
  type Waiting,
} from "./_records.ts";
import { trimEnded } from "./_trim.ts";

/** A clock this far behind what it wrote has been set back, in milliseconds. */
const SET_BACK_MS = 1_000;

/** Looks after what happens by time alone. */
export class Sweeper {
  readonly #ground: Ground;
  #last = -Infinity;
  #running: Promise<void> | undefined;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** Gives back expired leases and wakes delayed jobs, unless that was done just now. */
  async sweep(): Promise<void> {
    const since = this.#ground.now() - this.#last;
    if (since >= 0 && since < this.#ground.sweepMs) return;
    await (this.#running ??= this.#sweep().finally(() => this.#running = undefined));
  }

  async #sweep(): Promise<void> {
    const { now } = this.#ground;
    const setBack = now() < this.#last - SET_BACK_MS || this.#last === -Infinity;
    this.#last = now();
    await this.#leases();
    if (setBack) await this.#rebaseWaiting();
    await this.#wake();
    await trimEnded(this.#ground, false);
  }

  async #leases(): Promise<void> {
    const { store, keys, now, commits } = this.#ground;
    const all = await store.list(keys.leased);
    await Promise.all(all.map(async ({ key, value }) => {
      const lease = asLease(value);
      if (lease === undefined) {
        return await setAside(this.#ground, key, value, `the lease ${key} cannot be read`);
      }
      if (lease.until <= now()) return await this.#expire(key, lease);
      if (lease.seen_at <= now() + SET_BACK_MS) return;
      // The clock was set back: what is left of it counts from now.
      const rebased = { ...lease, seen_at: now(), until: now() + lease.until - lease.seen_at };
      await commits.commit([
        { op: "expect", key, value },
        { op: "put", key, value: storedLease(rebased) },
      ]);
    }));
  }

  /** At once, as nobody knows whether the job is to blame: its attempts are counted all the same. */
  async #expire(key: string, lease: StoredLease): Promise<void> {
    const { store, keys, commits } = this.#ground;
    const id = idIn(key);
    const job = asJob(await store.get(keys.job + id), id);
    if (job === undefined || job.state !== undefined) {
      return await setAside(this.#ground, key, lease, `the job of ${key} cannot be read`);
    }
    const again = lease.attempt < job.max_attempts;
    const error = `its worker${lease.worker === undefined ? "" : ` ${lease.worker}`} went silent`;
    await commits.commit([
      { op: "expect", key, value: lease },
      { op: "delete", key },
      ...afterFailure(this.#ground, job, lease, { error, again, pause: 0 }),
    ]);
  }

  async #wake(): Promise<void> {
    const { store, keys, now, commits } = this.#ground;
    // A semicolon follows the colon: all keys of this millisecond are due, too.
    const due = `${keys.waiting}${padTime(now())};`;
    for (;;) {
      const page = await store.list(keys.waiting, 256);
      const ready = page.filter(({ key }) => key < due);
      await Promise.all(ready.map(async ({ key, value }) => {
        const wait = asWaiting(value);
        if (wait === undefined || !wait.place.endsWith(`:${idIn(key)}`)) {
          return void await setAside(this.#ground, key, value, `the wait ${key} cannot be read`);
        }
        await commits.commit([
          { op: "expect", key, value },
          { op: "delete", key },
          { op: "put", key: keys.ready + wait.place, value: wait.attempts },
        ]);
      }));
      if (ready.length < 256) return;
    }
  }

  /** What was put off by a clock that has been set back since waits as long as it was to. */
  async #rebaseWaiting(): Promise<void> {
    const { store, keys, now, commits } = this.#ground;
    for (const { key, value } of await store.list(keys.waiting)) {
      const wait = asWaiting(value);
      const due = Number(key.slice(keys.waiting.length).split(":")[0]);
      if (wait === undefined || wait.from <= now() + SET_BACK_MS || Number.isNaN(due)) continue;
      const rebased: Waiting = { ...wait, from: now() };
      const writes: Write[] = [
        { op: "expect", key, value },
        { op: "delete", key },
        {
          op: "put",
          key: keys.waiting + dueKey(now() + Math.max(0, due - wait.from), idIn(key)),
          value: rebased,
        },
      ];
      await commits.commit(writes);
    }
  }
}
