import type { Store, Write } from "../../core/store/types.ts";

/** Commits of one transaction at most. */
const MOST = 256;

interface Unit {
  readonly writes: readonly Write[];
  resolve(met: boolean): void;
  reject(error: unknown): void;
}

/**
 * Puts commits that are made together into one transaction. Each still has its own conditions and
 * its own end: when the whole is refused, each is tried alone.
 */
export class GroupCommit {
  readonly #store: Store;
  readonly #prefix: string;
  #waiting: Unit[] = [];
  #busy = false;

  /** @param prefix of keys and streams that are ours: only their sums and appends are merged. */
  constructor(store: Store, prefix: string) {
    this.#store = store;
    this.#prefix = prefix;
  }

  /** As `Store.commit`; resolves when it is stored. */
  commit(writes: readonly Write[]): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    this.#waiting.push({ writes, resolve, reject });
    if (!this.#busy) {
      this.#busy = true;
      // After those who call in the same breath.
      queueMicrotask(() => void this.#flush());
    }
    return promise;
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const units = this.#take();
      if (units.length > 1 && await this.#together(units)) continue;
      for (const { writes, resolve, reject } of units) {
        try {
          resolve(await this.#store.commit(writes));
        } catch (error) {
          reject(error);
        }
      }
    }
    this.#busy = false;
  }

  async #together(units: readonly Unit[]): Promise<boolean> {
    try {
      if (!await this.#store.commit(this.#merged(units))) return false;
    } catch {
      return false;
    }
    for (const { resolve } of units) resolve(true);
    return true;
  }

  /** The first units of which none has a condition on what another touches. */
  #take(): Unit[] {
    const touched = new Set<string>();
    let count = 0;
    for (const { writes } of this.#waiting) {
      if (writes.some((write) => write.op === "expect" && touched.has(write.key))) break;
      for (const write of writes) if ("key" in write) touched.add(write.key);
      if (++count === MOST) break;
    }
    return this.#waiting.splice(0, count);
  }

  #merged(units: readonly Unit[]): Write[] {
    const sums = new Map<string, number>();
    const appends = new Map<string, unknown[]>();
    const rest: Write[] = [];
    for (const write of units.flatMap(({ writes }) => writes)) {
      if (write.op === "add" && write.key.startsWith(this.#prefix)) {
        sums.set(write.key, (sums.get(write.key) ?? 0) + write.by);
      } else if (write.op === "append" && write.stream.startsWith(this.#prefix)) {
        const values = appends.get(write.stream);
        if (values === undefined) appends.set(write.stream, [...write.values]);
        else values.push(...write.values);
      } else rest.push(write);
    }
    for (const [key, by] of sums) rest.push({ op: "add", key, by });
    for (const [stream, values] of appends) rest.push({ op: "append", stream, values });
    return rest;
  }
}
