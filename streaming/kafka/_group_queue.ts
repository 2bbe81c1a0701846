import { pause } from "../../core/pause.ts";
import type { Store } from "../../core/store/types.ts";
import type { DeadLetter } from "../bus/dead_letter.ts";
import { createLocalBus, type LocalBus } from "../bus/local_bus.ts";
import type { GroupOptions, Message, MessageHandler, Subscription } from "../bus/types.ts";
import { GroupFeed, groupId, type GroupSink } from "./_group_feed.ts";
import type { Link } from "./_link.ts";
import { type Carried, Outlet } from "./_outlet.ts";
import { INNER } from "./_plain_reader.ts";
import { isRepeated, nameOf, type Position } from "./_position.ts";
import { Progress } from "./_progress.ts";
import type { Incoming } from "./_records.ts";
import { Signal } from "./_signal.ts";
import type { KafkaMessage } from "./types.ts";

/** Whom a group tells. */
export interface GroupQueueHooks {
  readonly link: Link;
  readonly store: Store | undefined;
  bury(letter: DeadLetter, error: unknown): void;
  repeated(): void;
  storeFailed(error: unknown): void;
  /** Its last member left. */
  empty(queue: GroupQueue): Promise<void>;
}

/** The members of one group in this process, over one queue that the group's partitions feed. */
export class GroupQueue implements GroupSink {
  readonly topic: string;
  readonly group: string;
  readonly feed: GroupFeed;
  readonly #hooks: GroupQueueHooks;
  readonly #bus: LocalBus;
  readonly #members: Map<Outlet, number> = new Map();
  readonly #progress: Map<Position, Progress> = new Map();
  /** What members with manual acknowledgement have, by partition and position. */
  readonly #lent: Map<string, Message<Carried>> = new Map();
  readonly #room: Signal = new Signal();
  #outstanding = 0;
  #limit = 0;
  #working = 0;
  #closing: Promise<void> | undefined;

  constructor(topic: string, group: string, { after }: GroupOptions, hooks: GroupQueueHooks) {
    this.topic = topic;
    this.group = group;
    this.#hooks = hooks;
    const { link, store } = hooks;
    const { storeFailed } = hooks;
    this.feed = new GroupFeed({
      link,
      pattern: topic,
      group: groupId(topic, group),
      after,
      sink: this,
      store,
      sinkMarks: false,
      storeFailed,
    });
    this.#bus = createLocalBus({
      notices: false,
      drainMs: 0,
      deadLetters: {
        write: (letter, error) => {
          const carried = (letter.message as Message<Carried>).value;
          // The broker has it and gives it to another member.
          if (carried.position !== undefined && letter.reason.startsWith("closed:")) return;
          const message = withAttempt(carried.message, letter.message.attempt);
          hooks.bury({ ...letter, topic: message.topic, message }, error);
          this.#settle(carried);
        },
      },
    });
  }

  get metrics() {
    return this.#bus.metrics();
  }

  join(handler: MessageHandler | undefined, options: GroupOptions): Subscription {
    const { signal, maxsize = 1024 } = options;
    const { signal: _s, latest: _l, after: _a, ...queue } = options;
    const manual = options.ack === "manual";
    const work = handler && ((inner: Message<Carried>) => this.#work(handler, inner));
    const inner = work === undefined
      ? this.#bus.subscribeGroup<Carried>(INNER, this.group, queue)
      : this.#bus.subscribeGroup<Carried>(INNER, this.group, work, queue);
    const outlet: Outlet = new Outlet(this.topic, this.group, inner, {
      handOut: (message) => this.#handOut(inner, message, manual),
      ack: (message) => this.#ack(inner, message),
      nack: (message, error) => this.#nack(inner, message, error),
      closed: () => this.#left(outlet),
    });
    this.#members.set(outlet, maxsize === 0 ? Infinity : maxsize);
    this.#changed();
    const close = () => void outlet.close();
    signal?.addEventListener("abort", close, { once: true });
    if (signal?.aborted) close();
    return outlet;
  }

  /** A message of this process, where there is no Kafka. */
  offer(message: KafkaMessage): void {
    this.#outstanding++;
    this.#bus.publish(INNER, { message, position: undefined }, keyOf(message));
  }

  /** As {@linkcode offer}, but members that block are waited for. */
  async send(message: KafkaMessage, signal?: AbortSignal): Promise<void> {
    const options = { ...keyOf(message), ...signal && { signal } };
    this.#outstanding++;
    await this.#bus.send(INNER, { message, position: undefined }, options);
  }

  async take(position: Position, incoming: Iterable<Incoming>): Promise<void> {
    let progress = this.#progress.get(position);
    if (progress === undefined) {
      for (const known of this.#progress.keys()) if (known.revoked) this.#progress.delete(known);
      this.#progress.set(position, progress = new Progress(position.next));
    }
    for (const one of incoming) {
      const { message } = one;
      // One queue holds no more than its smallest member takes: none overflows.
      while (this.#outstanding >= this.#limit && !this.#isOver(position)) await this.#room.wait();
      if (this.#isOver(position)) return;
      if (isRepeated(position.seen, one)) {
        progress.skip(message.seq - 1);
        this.#hooks.repeated();
        continue;
      }
      progress.take(message.seq - 1);
      this.#outstanding++;
      this.#bus.publish(INNER, { message, position }, keyOf(message));
    }
    this.feed.settle(position, progress.low);
  }

  /** Lets functions finish what they are at; the rest is for other members. */
  close(): Promise<void> {
    return this.#closing ??= (async () => {
      this.#room.notify();
      for (const end = performance.now() + 2_000; this.#working > 0 && performance.now() < end;) {
        await Promise.race([this.#room.wait(), pause(20)]);
      }
      await this.feed.close();
      for (const outlet of this.#members.keys()) await outlet.close();
      await this.#bus.close();
    })();
  }

  #isOver({ revoked }: Position): boolean {
    return revoked || this.#closing !== undefined;
  }

  #handOut(
    inner: Subscription<Carried>,
    message: Message<Carried>,
    manual: boolean,
  ): Message | undefined {
    const carried = message.value;
    if (carried.position !== undefined && this.#isOver(carried.position)) {
      inner.ack(message);
      return this.#letGo(carried);
    }
    if (manual) this.#lent.set(lentName(carried.message), message);
    else this.#settle(carried);
    return withAttempt(carried.message, message.attempt);
  }

  #work(handler: MessageHandler, inner: Message<Carried>): void | Promise<void> {
    const carried = inner.value;
    if (carried.position !== undefined && this.#isOver(carried.position)) {
      return this.#letGo(carried);
    }
    const result = handler(withAttempt(carried.message, inner.attempt));
    if (typeof result !== "object") return this.#settle(carried);
    this.#working++;
    return Promise.resolve(result).then(() => this.#settle(carried))
      .finally(() => this.#working--);
  }

  #ack(inner: Subscription<Carried>, message: Message): void {
    const lent = this.#takeLent(message);
    if (lent === undefined) return;
    inner.ack(lent);
    this.#settle(lent.value);
  }

  #nack(inner: Subscription<Carried>, message: Message, error: unknown): void {
    const lent = this.#takeLent(message);
    if (lent !== undefined) inner.nack(lent, error);
  }

  #takeLent(message: Message): Message<Carried> | undefined {
    const name = lentName(message as KafkaMessage);
    const lent = this.#lent.get(name);
    this.#lent.delete(name);
    return lent;
  }

  #settle(carried: Carried): void {
    const { message, position } = carried;
    const progress = position && this.#progress.get(position);
    if (progress?.settle(message.seq - 1)) this.feed.settle(position!, progress.low);
    this.#letGo(carried);
  }

  /** It is not with this queue any more; whether it is done is another question. */
  #letGo({ message }: Carried): undefined {
    this.#outstanding--;
    if (this.#lent.size > 0) this.#lent.delete(lentName(message));
    this.#room.notify();
  }

  #changed(): void {
    this.#limit = Math.min(10_000, ...this.#members.values());
    this.#room.notify();
  }

  async #left(outlet: Outlet): Promise<void> {
    this.#members.delete(outlet);
    this.#changed();
    if (this.#members.size === 0 && this.#closing === undefined) await this.#hooks.empty(this);
  }
}

function keyOf({ id, key }: KafkaMessage) {
  return key === undefined ? { id } : { id, key };
}

function lentName({ topic, partition, seq }: KafkaMessage): string {
  return `${nameOf(topic, partition)}/${seq}`;
}

function withAttempt(message: KafkaMessage, attempt: number | undefined): KafkaMessage {
  return attempt === undefined ? message : { ...message, attempt };
}
