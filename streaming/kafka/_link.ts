import { pause } from "../../core/pause.ts";
import type { Admin } from "@platformatic/kafka";
import { fits, isWild } from "../bus/topic.ts";
import type { BusHealth } from "../bus/types.ts";
import {
  backOff,
  baseOptions,
  type Client,
  explain,
  isStarting,
  isTopicGone,
  loadClient,
  within,
} from "./_client.ts";
import { reachable } from "./_probe.ts";
import { Signal } from "./_signal.ts";
import { findTopic, makeTopic, offsetsOf, type TopicInfo, untilLed } from "./_topics.ts";
import { formatBroker, parseBootstrap } from "./bootstrap.ts";
import type { KafkaBusOptions } from "./types.ts";

/** Milliseconds for a broker to answer at all. */
const ANSWER_MS = 5_000;
/** Milliseconds that an outage lasts before a person hears of it. */
const WARN_AFTER_MS = 1_000;

/** Whom the link tells. */
export interface LinkHooks {
  /** Of another {@linkcode Link.state}. */
  changed(): void;
  /** Of a topic that was not known. */
  found(topic: TopicInfo): void;
}

/** The way to the cluster: whether there is one, and what it knows of topics. */
export class Link {
  /** `"local"`: no Kafka, now or ever; `"kafka"`: there was one, and may be away for a moment. */
  state: "connecting" | "local" | "kafka" = "connecting";
  readonly options: KafkaBusOptions;
  client: Client | undefined;
  readonly #warn: (line: string) => void;
  readonly #stop: AbortController = new AbortController();
  readonly #hooks: LinkHooks;
  readonly #topics: Map<string, TopicInfo> = new Map();
  readonly #asking: Map<string, Promise<TopicInfo | undefined>> = new Map();
  readonly #back: Signal = new Signal();
  #admin: Admin | undefined;
  #reason: string | undefined;
  #since = Date.now();
  #outages = 0;
  #warning: ReturnType<typeof setTimeout> | undefined;
  #warned = false;

  constructor(options: KafkaBusOptions, hooks: LinkHooks) {
    this.options = options;
    this.#hooks = hooks;
    // deno-lint-ignore no-console -- the one line a library user must see
    this.#warn = options.warn ?? ((line) => console.warn(line));
    const bootstrap = parseBootstrap(options.bootstrap ?? []);
    if (options.disabled === true) this.#settle("local", "disabled");
    else if (bootstrap.length === 0) this.#settle("local", "bootstrap not configured");
    else void this.#connect();
  }

  /** Ends waiting. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get admin(): Admin {
    return this.#admin!;
  }

  health(): BusHealth {
    const available = this.state === "kafka" && this.#reason === undefined;
    return {
      available,
      ...!available && { reason: this.#reason ?? this.state },
      state: this.state,
      since: this.#since / 1000,
      outages: this.#outages,
    };
  }

  /** Something did not reach the cluster. */
  failed(error: unknown): void {
    if (this.signal.aborted || this.#reason !== undefined) return;
    this.#reason = explain(error, this.options);
    this.#since = Date.now();
    this.#outages++;
    void this.#watch();
    // A change of leaders is over sooner.
    this.#warning = setTimeout(() => {
      this.#warned = true;
      this.#warn(`Kafka is away (${this.#reason}); what is published waits until it is back`);
    }, WARN_AFTER_MS);
  }

  /** Something reached the cluster. */
  worked(): void {
    if (this.#reason === undefined || this.state !== "kafka") return;
    this.#reason = undefined;
    this.#since = Date.now();
    clearTimeout(this.#warning);
    if (this.#warned) this.#warn("Kafka is back");
    this.#warned = false;
  }

  /** Waits before the next try: ever longer, but not when something answers again. */
  async retryPause(attempt: number, signal: AbortSignal = this.signal): Promise<void> {
    const stop = new AbortController();
    const any = AbortSignal.any([stop.signal, signal, this.signal]);
    const isAway = this.#reason !== undefined;
    await Promise.race([pause(backOff(attempt), any), ...isAway ? [this.#back.wait()] : []]);
    stop.abort();
  }

  /** Says once that something is not as it should be. */
  warn(line: string): void {
    if (!this.signal.aborted) this.#warn(line);
  }

  /** A topic as last seen, asked for when it was not. */
  async topic(name: string): Promise<TopicInfo | undefined> {
    return this.#topics.get(name) ?? await this.#ask(name);
  }

  /** A topic, made when it is missing and may be made. */
  async ensureTopic(name: string): Promise<TopicInfo | undefined> {
    const known = await this.topic(name);
    const { topics = {} } = this.options;
    if (known !== undefined || topics === false) return known;
    await makeTopic(this.admin, name, topics);
    return await this.#ask(name);
  }

  /** What was known of a topic may be wrong. */
  forget(name: string): void {
    this.#topics.delete(name);
  }

  /** Asks again; undefined when the topic is gone. */
  async refresh(name: string): Promise<TopicInfo | undefined> {
    this.forget(name);
    return await this.#ask(name);
  }

  /** Topics that are there and fit. */
  async matching(pattern: string): Promise<TopicInfo[]> {
    const names = isWild(pattern)
      ? (await this.admin.listTopics()).filter((name) => fits(pattern, name))
      : [pattern];
    const found = await Promise.all(names.map((name) => this.refresh(name)));
    return found.filter((topic) => topic !== undefined);
  }

  /** The first or next position of each partition. */
  async offsets(topic: TopicInfo, which: "first" | "next"): Promise<number[]> {
    try {
      return await offsetsOf(this.admin, topic, which);
    } catch (error) {
      // After a change of leaders the old one is asked.
      this.admin.clearMetadata();
      const again = await this.refresh(topic.name);
      if (again === undefined || isTopicGone(error)) throw error;
      return await offsetsOf(this.admin, again, which);
    }
  }

  /** Does something until it works or the bus closes; undefined then. */
  async persist<T>(
    work: () => Promise<T>,
    signal: AbortSignal = this.signal,
  ): Promise<T | undefined> {
    for (let attempt = 0; !signal.aborted && !this.signal.aborted; attempt++) {
      try {
        const result = await work();
        this.worked();
        return result;
      } catch (error) {
        // A cluster that was just started is not away.
        if (attempt > 5 || !isStarting(error)) this.failed(error);
        this.admin.clearMetadata();
        await this.retryPause(attempt, signal);
      }
    }
    return undefined;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#warning);
    await within(2_000, "closing", this.#admin?.close() ?? Promise.resolve()).catch(() => {});
  }

  /** While the cluster is away: whether something listens there again. */
  async #watch(): Promise<void> {
    const outage = this.#outages;
    const bootstrap = parseBootstrap(this.options.bootstrap ?? []);
    for (let attempt = 0; this.#reason !== undefined && outage === this.#outages; attempt++) {
      await pause(backOff(attempt, 100, 1_000), this.signal);
      if (this.signal.aborted) return;
      if ((await reachable(bootstrap)).length > 0) this.#back.notify();
    }
  }

  async #connect(): Promise<void> {
    let warned = false;
    while (!this.signal.aborted) {
      const reason = await this.#tryOnce();
      if (reason === undefined || this.signal.aborted) return;
      if (!warned) {
        this.#warn(`Kafka is not used: ${reason}; going on within this process, and trying again`);
      }
      warned = true;
      this.#settle("local", reason);
      const { retryMs = 5_000 } = this.options;
      await pause(retryMs * (1 + Math.random() / 4), this.signal);
    }
  }

  /** Connects; what is in the way otherwise. */
  async #tryOnce(): Promise<string | undefined> {
    const bootstrap = parseBootstrap(this.options.bootstrap ?? []);
    const names = bootstrap.map(formatBroker).join(", ");
    if ((await reachable(bootstrap)).length === 0) return `nothing answers at ${names}`;
    let admin: Admin | undefined;
    try {
      this.client = await loadClient();
      admin = new this.client.Admin(baseOptions(this.options));
      const { brokers } = await within(
        ANSWER_MS,
        "the first answer",
        admin.metadata({ topics: [], forceUpdate: true }),
      );
      const advertised = [...brokers.values()];
      if ((await reachable(advertised)).length === 0) {
        throw new Error(
          `its brokers say they are at ${advertised.map(formatBroker).join(", ")}, ` +
            "and nothing answers there",
        );
      }
      this.#admin = admin;
      this.#settle("kafka", undefined);
      return undefined;
    } catch (error) {
      admin?.close().catch(() => {});
      return `${names} does not answer as Kafka (${explain(error, this.options)})`;
    }
  }

  #settle(state: "local" | "kafka", reason: string | undefined): void {
    const changed = this.state !== state;
    this.state = state;
    this.#reason = reason;
    if (!changed) return;
    this.#since = Date.now();
    // Not within the constructor: who hears it holds this object.
    queueMicrotask(() => this.#hooks.changed());
  }

  #ask(name: string): Promise<TopicInfo | undefined> {
    const asking = this.#asking.get(name);
    if (asking !== undefined) return asking;
    const answer = (async () => {
      const found = await findTopic(this.admin, name);
      const topic = found?.leaders.includes(-1) ? await untilLed(this.admin, name) : found;
      if (topic === undefined) this.#topics.delete(name);
      else {
        const isNew = !this.#topics.has(name);
        this.#topics.set(name, topic);
        if (isNew) this.#hooks.found(topic);
      }
      return topic;
    })().finally(() => this.#asking.delete(name));
    this.#asking.set(name, answer);
    return answer;
  }
}
