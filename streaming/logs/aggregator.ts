import type { EventStream, Message, Subscription } from "../bus/types.ts";
import { type Clock, systemClock } from "./clock.ts";
import { ContextLines } from "./context_lines.ts";
import type { LogContextMessage } from "./log_context.ts";

/** Options of {@linkcode Aggregator}. */
export interface AggregatorOptions {
  /** Seconds from the first line of a context until it is published. Default 5. */
  readonly windowSec?: number;
  /** Lines of a context at most; more are left out and counted. Default 1,000. */
  readonly maxLines?: number;
  /** Lines kept from before a hit. Default 0. */
  readonly before?: number;
  /** Ends it as {@linkcode Aggregator.stop} does. */
  readonly signal?: AbortSignal;
  /** Default the machine's. */
  readonly clock?: Clock;
}

/**
 * Turns the lines of one topic, `{line}` or texts, into contexts on another: those lines that say
 * that something is wrong. What is under way when the process is killed is lost; see
 * {@linkcode contextSink} for the way without loss.
 *
 * @example
 * ```ts
 * import { createLocalBus } from "@dspy/code/streaming/bus";
 * import { Aggregator } from "@dspy/code/streaming/logs";
 * import assert from "node:assert/strict";
 *
 * await using bus = createLocalBus();
 * const contexts = bus.subscribe<{ ctx: string[] }>("logs.ctx.app");
 * const aggregator = new Aggregator(bus, "logs.raw.app", "logs.ctx.app");
 * bus.publish("logs.raw.app", { line: "INFO ready" });
 * bus.publish("logs.raw.app", { line: "ERROR disk is full" });
 * await aggregator.stop();
 * assert.deepEqual((await contexts.get())?.value.ctx, ["ERROR disk is full"]);
 * ```
 */
export class Aggregator implements AsyncDisposable {
  readonly #bus: EventStream;
  readonly #out: string;
  readonly #lines: ContextLines;
  readonly #windowMs: number;
  readonly #clock: Clock;
  readonly #source: Subscription;
  readonly #ending: AbortController = new AbortController();
  readonly #working: Promise<void>;
  #last = 0;
  #published = 0;

  /**
   * Begins at once.
   *
   * @param inTopic as `logs.raw.app`.
   * @param outTopic as `logs.ctx.app`.
   */
  constructor(
    bus: EventStream,
    inTopic: string,
    outTopic: string,
    options: AggregatorOptions = {},
  ) {
    const { windowSec = 5, maxLines = 1_000, before = 0, clock = systemClock } = options;
    this.#bus = bus;
    this.#out = outTopic;
    this.#lines = new ContextLines({ maxLines, before });
    this.#windowMs = windowSec * 1_000;
    this.#clock = clock;
    // Who publishes faster than this reads waits, if they can: nothing is lost.
    this.#source = bus.subscribe(inTopic, { policy: "block", maxsize: 65_536 });
    options.signal?.addEventListener("abort", () => void this.stop(), {
      signal: this.#ending.signal,
    });
    this.#working = this.#work();
    if (options.signal?.aborted) void this.stop();
  }

  /** Counters since it began. */
  metrics(): { readonly contexts: number; readonly held: number; readonly skipped: number } {
    return { contexts: this.#published, held: this.#lines.size, skipped: this.#lines.skipped };
  }

  /** Publishes what is held, if there is anything. */
  flushNow(): void {
    const ctx = this.#lines.take();
    if (ctx.length === 0) return;
    this.#published++;
    const value: LogContextMessage = { ctx, ts: this.#clock.now(), last: this.#last };
    this.#bus.publish(this.#out, value);
  }

  /** Reads what waits, publishes what is held and ends. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#working;
  }

  /** The same as `stop`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #work(): Promise<void> {
    const { signal } = this.#ending;
    let due = Infinity;
    for (;;) {
      const left = due - this.#clock.elapsed();
      const message = left <= 0 ? undefined : await this.#next(left, signal);
      if (message === undefined) {
        this.flushNow();
        due = Infinity;
        if (signal.aborted) break;
        continue;
      }
      if (this.#take(message.value) && due === Infinity) {
        due = this.#clock.elapsed() + this.#windowMs;
      }
    }
    await this.#source.close();
  }

  async #next(ms: number, signal: AbortSignal): Promise<Message | undefined> {
    return this.#source.getNowait() ??
      (signal.aborted
        ? undefined
        : await this.#source.get({ signal, ...ms < Infinity && { timeoutMs: Math.ceil(ms) } })
          .catch(() => undefined));
  }

  #take(value: unknown): boolean {
    const { line, ts } = Object(value) as { line?: unknown; ts?: unknown };
    const text = typeof value === "string" ? value : typeof line === "string" ? line : undefined;
    if (text === undefined || !this.#lines.add(text)) return false;
    this.#last = typeof ts === "number" ? ts : this.#clock.now();
    return true;
  }
}
