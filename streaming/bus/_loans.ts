import type { Member } from "./_member.ts";
import type { Message } from "./types.ts";

/** A message that a member has and has not acknowledged. */
export interface Loan {
  readonly message: Message;
  readonly member: Member;
  /** When it is taken back, by the monotonic clock. */
  readonly until: number;
}

/** Messages that members have and have not acknowledged, and the clock over them. */
export class Loans {
  /** By topic and position, in the order they were handed out. */
  readonly #open: Map<string, Map<number, Loan>> = new Map();
  readonly #timeoutMs: number;
  readonly #late: (loans: readonly Loan[]) => void;
  #size = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param late takes those whose time is up. */
  constructor(timeoutMs: number, late: (loans: readonly Loan[]) => void) {
    this.#timeoutMs = timeoutMs;
    this.#late = late;
  }

  get size(): number {
    return this.#size;
  }

  add(message: Message, member: Member): void {
    const loan = { message, member, until: performance.now() + this.#timeoutMs };
    let loans = this.#open.get(message.topic);
    if (loans === undefined) this.#open.set(message.topic, loans = new Map());
    loans.set(message.seq, loan);
    this.#size++;
    this.#timer ??= setTimeout(() => this.#collect(), this.#timeoutMs);
  }

  /** Ends the loan of a message; undefined when there is none. */
  end({ topic, seq }: Message): Loan | undefined {
    const loans = this.#open.get(topic);
    const loan = loans?.get(seq);
    if (loan === undefined) return undefined;
    loans!.delete(seq);
    this.#size--;
    return loan;
  }

  /** Those of a member; without one all. */
  of(member?: Member): Loan[] {
    return [...this.#open.values()].flatMap((loans) => [...loans.values()])
      .filter((loan) => member === undefined || loan.member === member);
  }

  /** Forgets all. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#open.clear();
    this.#size = 0;
  }

  #collect(): void {
    const now = performance.now();
    const late: Loan[] = [];
    let next = Infinity;
    for (const loans of this.#open.values()) {
      for (const loan of loans.values()) {
        if (loan.until > now) {
          next = Math.min(next, loan.until);
          break;
        }
        late.push(loan);
      }
    }
    this.#timer = next === Infinity ? undefined : setTimeout(() => this.#collect(), next - now + 1);
    if (late.length > 0) this.#late(late);
  }
}

/** Who works on which key: its other messages go to the same one, so that they stay in order. */
export class KeyOwners<M> {
  readonly #owners: Map<string, { owner: M; count: number }> = new Map();

  ownerOf(key: string | undefined): M | undefined {
    return key === undefined ? undefined : this.#owners.get(key)?.owner;
  }

  /** One more message of this key is with this owner. */
  add(key: string | undefined, owner: M): void {
    if (key === undefined) return;
    const known = this.#owners.get(key);
    if (known === undefined) this.#owners.set(key, { owner, count: 1 });
    else {
      known.owner = owner;
      known.count++;
    }
  }

  /** One message less. */
  release(key: string | undefined): void {
    const known = key === undefined ? undefined : this.#owners.get(key);
    if (known !== undefined && --known.count === 0) this.#owners.delete(key!);
  }
}
