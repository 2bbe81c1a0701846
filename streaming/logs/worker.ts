import type { LogMask } from "../../core/logs/mask_log.ts";
import { lastWrites } from "../../core/logs/last_findings.ts";
import type { Store, Write } from "../../core/store/types.ts";
import type { EventStream, Message, Subscription } from "../bus/types.ts";
import type { LogContextMessage } from "./log_context.ts";
import { type LogFindings, type LogSummarizer, processCtx } from "./process_ctx.ts";

/** Options of {@linkcode Worker}. */
export interface WorkerOptions {
  /** Topic of contexts. Default `logs.ctx.<container>`; may hold wildcards. */
  readonly ctxTopic?: string;
  /** Topic of findings. Default `agent.results.<container>`. */
  readonly resultsTopic?: string;
  /** Consumer group: each context goes to one member. Default `workers`. */
  readonly group?: string;
  /** Keeps `last:<container>:*` and which contexts are done. Default: nothing is kept. */
  readonly store?: Store;
  /** Who sums up. Default: rules alone. */
  readonly summarizer?: LogSummarizer | undefined;
  /** Masks secrets. Default `maskLog`. */
  readonly mask?: LogMask;
  /** Folder of the project: places in it are named relative to it. Default: as the lines say. */
  readonly root?: string;
  /** Tries before a context goes to the dead letters. Default 3. */
  readonly maxAttempts?: number;
  /** Called with each finding. Default nobody. */
  readonly onFindings?: (findings: LogFindings, context: LogContextMessage) => void;
  /** Told what failed; the context is tried again, or goes to the dead letters. Default nobody. */
  readonly onError?: (error: unknown) => void;
  /** Ends it as {@linkcode Worker.stop} does. */
  readonly signal?: AbortSignal;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** Contexts that are remembered, so that one that comes again is known. */
const REMEMBERED = 256;
/** Milliseconds that the bus may take once it is to end. */
const LAST_MS = 2_000;
/** Milliseconds a model may take with one context before another member gets it. */
const ACK_MS = 120_000;

/**
 * Answers the contexts of a container with what happened and what to do. A context is acknowledged
 * once its findings are stored and sent; one that cannot be answered goes to the dead letters after
 * some tries, and the next ones are answered.
 *
 * @example
 * ```ts
 * import { createLocalBus } from "@dspy/code/streaming/bus";
 * import { type LogFindings, Worker } from "@dspy/code/streaming/logs";
 * import assert from "node:assert/strict";
 *
 * await using bus = createLocalBus();
 * const results = bus.subscribe<LogFindings>("agent.results.api");
 * const worker = new Worker(bus, "api");
 * bus.publish("logs.ctx.api", { ctx: ["ERROR no such table: users"], ts: 0 });
 * assert.equal((await results.get())?.value.key_points, "1x ERROR no such table: users");
 * await worker.stop();
 * ```
 */
export class Worker implements AsyncDisposable {
  readonly #bus: EventStream;
  readonly #container: string;
  readonly #options: WorkerOptions;
  readonly #source: Subscription<LogContextMessage>;
  readonly #ending: AbortController = new AbortController();
  readonly #cut: AbortController = new AbortController();
  readonly #done: string[] = [];
  #counts = { answered: 0, failed: 0, repeated: 0 };
  #working: Promise<void>;

  /**
   * Begins at once.
   *
   * @param container whose contexts it answers; with a wildcard in `ctxTopic` the last part of each
   * message's topic counts instead.
   */
  constructor(bus: EventStream, container: string, options: WorkerOptions = {}) {
    const { ctxTopic = `logs.ctx.${container}`, group = "workers", maxAttempts = 3 } = options;
    this.#bus = bus;
    this.#container = container;
    this.#options = options;
    this.#source = bus.subscribeGroup<LogContextMessage>(ctxTopic, group, {
      ack: "manual",
      ackTimeoutMs: ACK_MS,
      maxAttempts,
      policy: "block",
    });
    options.signal?.addEventListener("abort", () => void this.stop(), {
      signal: this.#ending.signal,
    });
    this.#working = this.#work();
    if (options.signal?.aborted) void this.stop();
  }

  /** Counters since it began. */
  metrics(): { readonly answered: number; readonly failed: number; readonly repeated: number } {
    return { ...this.#counts };
  }

  /**
   * Finishes the context at hand, by rules if a model is at it, and leaves the group; the bus has two
   * seconds to take the findings.
   */
  async stop(): Promise<void> {
    this.#ending.abort();
    const late = new Error("the bus did not take it in time");
    const timer = setTimeout(() => this.#cut.abort(late), LAST_MS);
    await this.#working;
    clearTimeout(timer);
  }

  /** The same as `stop`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #work(): Promise<void> {
    const { signal } = this.#ending;
    await this.#remember();
    while (!signal.aborted) {
      const message = await this.#source.get({ signal }).catch(() => undefined);
      if (message === undefined) break;
      try {
        await this.#answer(message);
        this.#source.ack(message);
      } catch (error) {
        this.#counts.failed++;
        this.#options.onError?.(error);
        this.#source.nack(message, error);
      }
    }
    await this.#source.close();
  }

  async #answer(message: Message<LogContextMessage>): Promise<void> {
    const { store, resultsTopic, summarizer, onError, onFindings, now, mask } = this.#options;
    if (await store?.get(this.#keyOf(message.id)) !== undefined) {
      this.#counts.repeated++;
      return;
    }
    const context = checkContext(message.value);
    const container = this.#options.ctxTopic === undefined
      ? this.#container
      : message.topic.slice(message.topic.lastIndexOf(".") + 1);
    const text = context.ctx.join("\n");
    const findings = await processCtx(container, relative(text, this.#options.root), {
      summarizer,
      excerpt: true,
      signal: this.#ending.signal,
      ...onError && { onError },
      ...now && { now },
      ...mask && { mask },
    });
    // The same id if this comes again before it is stored: who reads the results can tell.
    await this.#bus.send(resultsTopic ?? `agent.results.${container}`, findings, {
      id: `${message.id}:result`,
      key: container,
      signal: this.#cut.signal,
    });
    const { summary, key_points, plan, ts } = findings;
    this.#done.push(this.#keyOf(message.id));
    const old = this.#done.length > REMEMBERED ? this.#done.shift() : undefined;
    const writes: Write[] = [
      ...lastWrites(container, { summary, key_points, plan }, ts),
      { op: "put", key: this.#keyOf(message.id), value: ts },
      ...old === undefined ? [] : [{ op: "delete", key: old } as const],
    ];
    await store?.commit(writes);
    this.#counts.answered++;
    onFindings?.(findings, context);
  }

  /** Who takes over a context of another member can tell whether it is done. */
  #keyOf(id: string): string {
    return `worker:${this.#options.group ?? "workers"}:done:${id}`;
  }

  async #remember(): Promise<void> {
    const known = await this.#options.store?.list<number>(this.#keyOf("")).catch(() => []) ?? [];
    const oldest = known.sort((a, b) => a.value - b.value).map(({ key }) => key);
    this.#done.push(...oldest);
  }
}

/** Without the folder in front of paths below it; also as an address. */
function relative(text: string, root: string | undefined): string {
  return root === undefined
    ? text
    : text.replaceAll(`file://${root}/`, "").replaceAll(`${root}/`, "");
}

function checkContext(value: unknown): LogContextMessage {
  const { ctx, ts } = Object(value) as Partial<LogContextMessage>;
  if (Array.isArray(ctx) && ctx.every((line) => typeof line === "string")) {
    const { last } = value as LogContextMessage;
    return { ctx, ts: typeof ts === "number" ? ts : 0, ...typeof last === "number" && { last } };
  }
  throw new TypeError("no context: a message has the form { ctx: [lines] }");
}
