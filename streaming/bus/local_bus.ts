import { UserError } from "../../core/errors.ts";
import { textOf } from "./_given_up.ts";
import { Group, type GroupHooks } from "./_group.ts";
import { Links } from "./_links.ts";
import type { LogLink } from "./_log_link.ts";
import { Member } from "./_member.ts";
import { busMetrics } from "./_metrics.ts";
import type { Reader } from "./_reader.ts";
import { Senders } from "./_senders.ts";
import type { LocalBusOptions } from "./local_bus_options.ts";
import { closedError, PlainBus, splitArguments } from "./plain_bus.ts";
import { isWild } from "./topic.ts";
import type {
  BusHealth,
  BusMetrics,
  EventStream,
  GroupOptions,
  Message,
  MessageHandler,
  PublishOptions,
  Subscription,
} from "./types.ts";

/** The bus within one process. */
export interface LocalBus extends EventStream {
  /** Topics that have messages, sorted. */
  topics(): string[];
}

/**
 * Opens a bus within this process. Publishing costs the subscribers' queues and nothing else: no
 * I/O, no waiting, and what a reader does wrong reaches neither the publisher nor other readers.
 * Values are handed on as they are: who changes one after it is published changes it for all.
 *
 * @example
 * ```ts
 * import { createLocalBus } from "@dspy/code/streaming/bus";
 * import assert from "node:assert/strict";
 *
 * await using bus = createLocalBus();
 * const errors = bus.subscribe<string>("logs.*.app");
 * bus.publish("logs.raw.app", "disk is full");
 * for await (const { value, seq } of errors) {
 *   assert.deepEqual([value, seq], ["disk is full", 1]);
 *   break;
 * }
 * ```
 */
export function createLocalBus(options: LocalBusOptions = {}): LocalBus {
  return new Local(options);
}

class Local extends PlainBus implements LocalBus, GroupHooks {
  readonly #senders: Senders;
  readonly #links: Links;

  constructor(options: LocalBusOptions) {
    const logOf = (topic: string): LogLink | undefined =>
      this.keeps(topic) ? this.#links.log : undefined;
    super(options, {
      start: (topic) => logOf(topic)?.start(topic) ?? 0,
      last: (topic) => logOf(topic)?.last(topic),
    });
    this.#senders = new Senders({
      isBlocked: (topic, key) => this.routes.isBlocked(topic, key),
      publish: (topic, value, options) => {
        const message = this.publish(topic, value, options);
        return { message, kept: this.#links.kept(message) };
      },
    });
    this.#links = new Links(options, {
      counters: this.counters,
      giveUp: (message, error) => this.givenUp.add(message, `storage_error: ${textOf(error)}`),
      hasOddIds: () => this.hasOddIds,
      head: (topic) => this.routes.topics.get(topic)?.seq ?? 0,
      topics: () => [...this.routes.topics.keys()],
      flushLetters: async () => await options.deadLetters?.flush?.(),
    });
    if (!this.#links.isEmpty) this.along = this.#links;
    for (const topic of this.#links.log?.topics() ?? []) this.routes.stateOf(topic);
  }

  async send<T>(
    topic: string,
    value: T,
    options: PublishOptions & { readonly signal?: AbortSignal } = {},
  ): Promise<Message<T>> {
    if (this.isClosed) throw closedError();
    const { message, kept } = await this.#senders.send(topic, value, options);
    await kept;
    return message as Message<T>;
  }

  subscribeGroup<T>(topic: string, group: string, options?: GroupOptions): Subscription<T>;
  subscribeGroup<T>(
    topic: string,
    group: string,
    handler: MessageHandler<T>,
    options?: GroupOptions,
  ): Subscription<T>;
  subscribeGroup<T>(
    topic: string,
    name: string,
    second?: MessageHandler<T> | GroupOptions,
    third?: GroupOptions,
  ): Subscription<T> {
    const [handler, options] = splitArguments<T, GroupOptions>(second, third);
    this.checkOpen(topic);
    if (name === "") throw new UserError("usage", `a group of "${topic}" has no name`);
    const known = this.routes.group(topic, name);
    const group = known ?? new Group(topic, name, options, this);
    if (known === undefined) {
      this.routes.addGroup(group);
      const { log } = this.#links;
      if (isWild(topic) || log?.keeps(topic)) group.progress = log?.resume(group, options.after);
    }
    checkSame(group, options);
    const member = new Member(group, handler, options, this);
    this.routes.change();
    group.join(member);
    if (known === undefined && options.latest === true) this.offerLatest(group);
    if (options.signal?.aborted) void member.close();
    return member as unknown as Subscription<T>;
  }

  metrics(): BusMetrics {
    return busMetrics(this.counters, this.routes, this.givenUp.lastTs);
  }

  health(): BusHealth {
    return this.#links.health();
  }

  override async flush(): Promise<void> {
    await this.#links.flush();
    await super.flush();
  }

  override failed(reader: Reader, message: Message, error: unknown): void {
    if (!(reader instanceof Member)) return super.failed(reader, message, error);
    if (reader.of.manual) return reader.of.nack(message, error);
    this.exhausted(reader.of, { ...message, attempt: 1 }, error);
    reader.of.failed(message);
  }

  exhausted(group: Group, { attempt, ...message }: Message, error: unknown): void {
    const details = { group: group.name, attempts: attempt, error };
    this.givenUp.add(message, `group_subscriber_error: ${textOf(error)}`, details);
    group.progress?.done(message);
  }

  override roomed(): void {
    this.#senders.pump();
  }

  override closed(reader: Reader, rest: readonly Message[]): void {
    if (reader instanceof Member) {
      const group = reader.of;
      this.routes.change();
      group.leave(reader, rest);
      const isOver = group.members.length === 0 && group.isOver;
      if (isOver && !this.isClosed) this.routes.dropGroup(group);
    } else super.closed(reader, rest);
    this.roomed();
  }

  protected override keeps(topic: string): boolean | undefined {
    return this.#links.log?.keeps(topic);
  }

  protected override replay(reader: Reader, after: number): void {
    this.#links.log?.replay(reader, after);
  }

  protected override get isQuiet(): boolean {
    return this.#senders.isQuiet && super.isQuiet;
  }

  protected override async end(): Promise<void> {
    this.#senders.end(closedError());
    await super.end();
    for (const group of this.routes.groups.values()) {
      for (const member of [...group.members]) await member.close();
      for (const message of group.end()) {
        this.givenUp.add(message, "closed:group", { group: group.name });
      }
    }
  }
}

/**
 * Refuses a member that wants another way of working.
 *
 * @throws {UserError} `usage`.
 */
function checkSame({ topic, name, manual, policy }: Group, wanted: GroupOptions): void {
  const ack = manual ? "manual" : "auto";
  if ((wanted.ack ?? ack) === ack && (wanted.policy ?? policy) === policy) return;
  const has = `group "${name}" of ${topic} has ack "${ack}" and policy "${policy}"`;
  throw new UserError("usage", has, { hint: "all members of a group share them" });
}
