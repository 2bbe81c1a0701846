import type { RedisLink } from "./_redis_link.ts";
import { within } from "./_within.ts";

/** Keys that are remembered one by one; with more of them all are outdated. */
const MOST = 10_000;

const BATCH = 1000;

/** Keys that were changed without Redis: what it has for them must not be given back. */
export class Outdated {
  readonly #keys = new Set<string>();
  #all = false;

  /** Whether there are any. */
  get isEmpty(): boolean {
    return !this.#all && this.#keys.size === 0;
  }

  /** A key was changed. */
  add(key: string): void {
    if (this.#all) return;
    this.#keys.add(key);
    if (this.#keys.size > MOST) this.#all = true;
  }

  /**
   * Deletes them in Redis, also those that come in meanwhile.
   *
   * @throws {Error} when Redis does not do it in time; what is left stays known.
   */
  async remove(link: RedisLink, timeoutMs: number): Promise<void> {
    while (!this.isEmpty) {
      if (this.#all) await this.#removeAll(link);
      else {
        const keys = [...this.#keys].slice(0, BATCH);
        await within(timeoutMs, link.del(keys));
        // What was changed again meanwhile was changed before the deletion was answered.
        for (const key of keys) this.#keys.delete(key);
      }
    }
  }

  async #removeAll(link: RedisLink): Promise<void> {
    this.#all = false;
    this.#keys.clear();
    try {
      await link.delAll();
    } catch (error) {
      this.#all = true;
      throw error;
    }
  }
}
