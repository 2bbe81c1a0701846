/** Something that several may wait for. */
export class Signal {
  #waiting: (() => void)[] = [];

  /** Resolves at the next {@linkcode notify}. */
  wait(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Wakes all that wait. */
  notify(): void {
    if (this.#waiting.length === 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
