/** A grace for answers that came while this process was busy: they are read before it gives up. */
const GRACE_MS = 20;

/** A call under way. */
export interface Call {
  /** Milliseconds when it began. */
  readonly at: number;
}

/**
 * Watches calls that are answered in their order: says so when the oldest has waited too long. One
 * timer for all of them, since one each costs more than the call.
 */
export class Watchdog {
  readonly #ms: number;
  readonly #onLate: () => void;
  /** When each began, oldest first. */
  readonly #calls = new Set<Call>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Makes one.
   *
   * @param ms how long a call may take.
   * @param onLate told once; the calls under way are forgotten then.
   */
  constructor(ms: number, onLate: () => void) {
    this.#ms = ms;
    this.#onLate = onLate;
  }

  /** A call begins. */
  begin(): Call {
    const call = { at: performance.now() };
    this.#calls.add(call);
    this.#timer ??= setTimeout(() => this.#look(), this.#ms);
    return call;
  }

  /** It was answered, or given up. */
  end(call: Call): void {
    this.#calls.delete(call);
  }

  /** Forgets the calls under way. */
  stop(): void {
    this.#calls.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    this.#timer = undefined;
    const oldest = this.#oldest();
    if (oldest === undefined) return;
    const left = oldest.at + this.#ms - performance.now();
    this.#timer = left > 0
      ? setTimeout(() => this.#look(), left)
      : setTimeout(() => this.#giveUpOn(oldest), GRACE_MS);
  }

  #giveUpOn(call: Call): void {
    this.#timer = undefined;
    if (!this.#calls.has(call)) return this.#look();
    this.stop();
    this.#onLate();
  }

  #oldest(): Call | undefined {
    for (const call of this.#calls) return call;
    return undefined;
  }
}
