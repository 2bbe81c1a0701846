import { UserError } from "../../core/errors.ts";
import type { Write } from "../../core/store/types.ts";
import type { Counters } from "./_given_up.ts";
import { KeyOwners, type Loan, Loans } from "./_loans.ts";
import type { GroupProgress } from "./_log_link.ts";
import type { Member } from "./_member.ts";
import type { Gate } from "./_replay.ts";
import { Ring } from "./_ring.ts";
import type { GroupOptions, Message, OverflowPolicy } from "./types.ts";

/** What a group tells the bus. */
export interface GroupHooks {
  readonly counters: Counters;
  /** No member has room for this. */
  overflow(group: Group, message: Message): void;
  /** One who waits to send may have room now. */
  roomed(): void;
  /** A message is given up. */
  exhausted(group: Group, message: Message, error: unknown): void;
}

/** Consumers that share messages: each goes to the next one that has room. */
export class Group {
  readonly isGroup = true;
  readonly topic: string;
  readonly name: string;
  readonly policy: OverflowPolicy;
  readonly manual: boolean;
  readonly members: Member[] = [];
  /** When pressure was last told of, by the monotonic clock. */
  toldAt = -Infinity;
  /** While set, older messages come from the log, and new ones go there. */
  gate: Gate | undefined;
  /** Called once when a member has room, or none ever will. */
  roomWanted: (() => void) | undefined;
  /** What is done of topics in a log; undefined for a group of topics that are in none. */
  progress: GroupProgress | undefined;
  readonly #hooks: GroupHooks;
  readonly #maxAttempts: number;
  /** Messages that were a member's and are for any member now; they go first. */
  readonly #back: Ring<Message> = new Ring();
  readonly #loans: Loans;
  readonly #keys: KeyOwners<Member> = new KeyOwners();
  #next = 0;

  constructor(topic: string, name: string, options: GroupOptions, hooks: GroupHooks) {
    const { ack = "auto", ackTimeoutMs = 30_000, maxAttempts = 5 } = options;
    this.topic = topic;
    this.name = name;
    this.policy = options.policy ?? "dead-letter";
    this.manual = ack === "manual";
    const timeoutMs = Math.min(ackTimeoutMs, 2 ** 31 - 1); // what a timer takes
    this.#loans = new Loans(timeoutMs, (loans) => {
      this.#takeBack(loans, `not acknowledged within ${timeoutMs} ms`);
    });
    this.#maxAttempts = maxAttempts;
    this.#hooks = hooks;
  }

  /** Messages that wait or are being worked on, besides those in the queues of members. */
  get outstanding(): number {
    return this.#back.length + this.#loans.size;
  }

  get isQuiet(): boolean {
    return this.outstanding === 0 && this.gate === undefined;
  }

  /** Messages in the queues of its members. */
  get qsize(): number {
    return this.members.reduce((sum, { qsize }) => sum + qsize, 0);
  }

  /** Whether nothing is left of it when its members are gone. */
  get isOver(): boolean {
    return this.outstanding === 0 && this.progress === undefined;
  }

  /** Whether a member can take one with this key. */
  hasRoomFor(key: string | undefined): boolean {
    return this.#ownerOf(key)?.hasRoom ?? this.members.some((member) => member.hasRoom);
  }

  /** Gives a message to a member, or has the policy decide. */
  offer(message: Message): void {
    if (this.gate !== undefined && this.gate.take(message)) return;
    if (this.members.length === 0) this.#keepFor(message);
    else if (!this.tryGive(message)) this.#hooks.overflow(this, message);
  }

  /** Gives a message to a member if one has room. */
  tryGive(message: Message): boolean {
    const member = this.#choose(message);
    if (member === undefined) return false;
    this.give(member, message);
    return true;
  }

  /** Tells who waits for room to look again. */
  roomTaken(): void {
    const tell = this.roomWanted;
    this.roomWanted = undefined;
    tell?.();
  }

  /** Puts a message in a member's queue. Only with room. */
  give(member: Member, message: Message): void {
    this.#keys.add(message.key, member);
    member.accept(message);
  }

  /** Takes the oldest message of a member out, unread, and gives it the new one. */
  replaceOldest(message: Message): Message | undefined {
    const member = this.#ownerOf(message.key) ?? this.members[this.#next % this.members.length]!;
    const oldest = member.dropOldest();
    if (oldest !== undefined) this.#keys.release(oldest.key);
    this.give(member, message);
    return oldest;
  }

  /** A message that was taken back from another member. */
  takeBack(member: Member): Message | undefined {
    const message = this.#back.peek();
    if (message === undefined) return undefined;
    const owner = this.#keys.ownerOf(message.key);
    if (owner !== undefined && owner !== member) return undefined;
    this.#back.shift();
    this.#keys.add(message.key, member);
    return message;
  }

  handedOut(member: Member, message: Message, toFunction: boolean): void {
    if (this.manual) this.#loans.add(message, member);
    else if (!toFunction) this.handled(message);
  }

  /** What it was handed out for is done. */
  handled(message: Message): void {
    if (this.manual) return this.ack(message);
    this.#hooks.counters.delivered++;
    this.#release(message);
    this.progress?.done(message);
  }

  ack(message: Message): void {
    if (this.#settle(message) === undefined) return;
    this.#hooks.counters.delivered++;
    this.progress?.done(message);
    this.#wake();
  }

  nack(message: Message, error: unknown): void {
    const loan = this.#settle(message);
    if (loan === undefined) return;
    this.#retry(loan.message, error, true);
    this.#wake();
  }

  /** Acknowledges a message together with writes; false when it is this group's no more. */
  async commit(message: Message, writes: readonly Write[]): Promise<boolean> {
    if (this.progress === undefined || !this.manual) {
      throw new UserError("usage", `group "${this.name}" of ${this.topic} cannot commit`, {
        hint: 'open the bus with a log that keeps the topic, and the group with ack: "manual"',
      });
    }
    const loan = this.#settle(message);
    if (loan === undefined) return false;
    this.#hooks.counters.handling++;
    let isFirst = false;
    try {
      isFirst = await this.progress.commit(loan.message, writes);
    } catch (error) {
      this.#retry(loan.message, error, true);
      this.#wake();
      throw error;
    } finally {
      this.#hooks.counters.handling--;
    }
    this.#hooks.counters.delivered++;
    this.#wake();
    return isFirst;
  }

  /** A function of a member without acknowledgement threw: there is no second try. */
  failed(message: Message): void {
    this.#release(message);
    this.progress?.done(message);
  }

  join(member: Member): void {
    this.members.push(member);
    this.roomTaken();
    this.#wake();
    if (this.members.length === 1) this.progress?.resume();
  }

  /** What the member had goes to the others. */
  leave(member: Member, rest: readonly Message[]): void {
    const at = this.members.indexOf(member);
    if (at < 0) return;
    this.members.splice(at, 1);
    if (at < this.#next) this.#next--;
    this.#takeBack(this.#loans.of(member), "its reader left");
    for (const message of rest) {
      this.#keys.release(message.key);
      this.#back.push(message);
    }
    if (this.members.length === 0) {
      // Nobody has anything now; its clock would keep the process alive.
      this.#loans.clear();
      this.#park();
    }
    this.roomTaken();
    this.#wake();
  }

  /** Ends the group; what is left is returned. */
  end(): Message[] {
    const lent = this.#loans.of().map(({ message }) => message);
    this.#loans.clear();
    const gated = this.gate?.leave() ?? [];
    this.gate = undefined;
    return [...lent, ...this.#back.clear(), ...gated];
  }

  /** Nobody is there: what the log has needs not wait here. */
  #park(): void {
    if (this.progress === undefined) return;
    const held = [...this.#back.clear(), ...this.gate?.leave() ?? []];
    this.gate = undefined;
    const rest = this.progress.park(held);
    this.#hooks.counters.replayed -= held.length - rest.length;
    for (const message of rest) this.#back.push(message);
  }

  #keepFor(message: Message): void {
    this.#back.push(message);
    this.#park();
  }

  #choose(message: Message): Member | undefined {
    const owner = this.#ownerOf(message.key);
    if (owner !== undefined) return owner.hasRoom ? owner : undefined;
    const { members } = this;
    for (let i = 0; i < members.length; i++) {
      if (this.#next >= members.length) this.#next = 0;
      const member = members[this.#next++]!;
      if (member.hasRoom) return member;
    }
    return undefined;
  }

  /** Who works on messages with this key, and may go on to. */
  #ownerOf(key: string | undefined): Member | undefined {
    const owner = this.#keys.ownerOf(key);
    return owner?.isClosed ? undefined : owner;
  }

  #settle(message: Message): Loan | undefined {
    const loan = this.#loans.end(message);
    if (loan !== undefined) this.#releaseKey(loan.message.key);
    return loan;
  }

  #releaseKey(key: string | undefined): void {
    this.#keys.release(key);
    // Who waits to send one with this key may go on.
    if (key !== undefined && this.policy === "block") this.#hooks.roomed();
  }

  #takeBack(loans: readonly Loan[], why: string): void {
    for (const { message } of loans) {
      this.#settle(message);
      this.#retry(message, why, false);
    }
    this.#wake();
  }

  #retry(message: Message, error: unknown, first: boolean): void {
    const attempt = (message.attempt ?? 0) + 1;
    const again = { ...message, attempt };
    if (attempt >= this.#maxAttempts) this.#hooks.exhausted(this, again, error);
    else if (first) this.#back.unshift(again);
    else this.#back.push(again);
  }

  #release(message: Message): void {
    if (message.key === undefined) return;
    this.#releaseKey(message.key);
    this.#wake();
  }

  /** Idle members look at what was taken back. */
  #wake(): void {
    for (let i = 0; i < this.members.length && this.#back.length > 0; i++) {
      this.members[i]!.wake();
    }
  }
}
