import type { Store, Write } from "../../core/store/types.ts";
import type { EventStream, Message, Subscription } from "../bus/types.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { LogWindow } from "./log_window.ts";
import { WindowUnit } from "./_window_unit.ts";
import type { WindowsOptions } from "./windows.ts";

/** Options of {@linkcode windowLogs}. */
export interface WindowLogsOptions extends WindowsOptions {
  /** Where windows, positions and what is to be sent are kept. */
  readonly store: Store;
  /** Topics of lines. Default `logs.raw.*`. */
  readonly topic?: string;
  /** Consumer group, and name of all that is kept. Default `windows`. */
  readonly group?: string;
  /** Milliseconds that messages wait for others to be stored with them. Default 250. */
  readonly commitMs?: number;
  /** Messages that are stored together at most. Default 5,000. */
  readonly batch?: number;
  /** Told what failed; it is tried again. Default nobody. */
  readonly onError?: (error: unknown) => void;
  /** Ends it as {@linkcode WindowedLogs.stop} does. */
  readonly signal?: AbortSignal;
  /** Default the machine's. */
  readonly clock?: Clock;
}

/** What is published on `logs.ctx.<container>` for a window. JSON. */
export interface WindowMessage extends Pick<LogWindow, "ctx" | "stats"> {
  /** Its time: milliseconds since the epoch, the end not in it. */
  readonly window: {
    /** First millisecond. */
    readonly start: number;
    /** The one after the last. */
    readonly end: number;
  };
}

/** Windows at work; see {@linkcode windowLogs}. */
export interface WindowedLogs extends AsyncDisposable {
  /** Counters since it was started. */
  metrics(): {
    /** Messages taken in. */
    readonly lines: number;
    /** Messages that had been taken in before. */
    readonly repeated: number;
    /** Windows sent. */
    readonly windows: number;
    /** Hits that came too late, ever. */
    readonly late: number;
    /** Failures of store or bus; each was tried again. */
    readonly errors: number;
  };
  /** Stores all that came, and ends. Open windows go on with the next start. */
  stop(): Promise<void>;
}

const RETRY_MS = [50, 5_000] as const;
/** Windows that were sent and are kept for those who look back. */
const KEPT_WINDOWS = 1_000;

interface Outgoing {
  readonly topic: string;
  readonly id: string;
  readonly value: WindowMessage;
}

/**
 * Makes windows of the lines on `logs.raw.<c>` and sends them to `logs.ctx.<c>`: see
 * {@linkcode createWindows} for what they are. Each topic, and over Kafka each partition, has windows
 * and a watermark of its own, so that the result does not depend on how topics come interleaved.
 *
 * Windows, position and closed windows are stored in one transaction: each line counts once, through
 * crashes and with two processes of a group over Kafka. A closed window is then sent from the store;
 * one that a crash comes in between for is sent again, with the same message id. On a local bus one
 * member of the group gets all messages of a topic; start one.
 *
 * @example
 * ```ts
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import { createLocalBus } from "@dspy/code/streaming/bus";
 * import { windowLogs, type WindowMessage } from "@dspy/code/streaming/logs";
 * import assert from "node:assert/strict";
 *
 * await using bus = createLocalBus();
 * const windows = bus.subscribe<WindowMessage>("logs.ctx.app");
 * const work = windowLogs(bus, { store: openMemoryStore(), sizeMs: 1000, watermarkMs: 0 });
 * bus.publish("logs.raw.app", { line: "ERROR disk is full", ts: 1_700_000_000_500 });
 * bus.publish("logs.raw.app", { line: "INFO ready", ts: 1_700_000_001_000 });
 * await work.stop();
 * assert.deepEqual((await windows.get())?.value.ctx, ["ERROR disk is full"]);
 * ```
 */
export function windowLogs(bus: EventStream, options: WindowLogsOptions): WindowedLogs {
  return new Windowed(bus, options);
}

class Windowed implements WindowedLogs {
  readonly #bus: EventStream;
  readonly #options: WindowLogsOptions;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #source: Subscription;
  readonly #units: Map<string, WindowUnit> = new Map();
  readonly #ending: AbortController = new AbortController();
  readonly #working: Promise<void>;
  #counts = { lines: 0, repeated: 0, windows: 0, errors: 0 };
  #pending: Message[] = [];
  /** Windows may wait in the store to be sent. */
  #unsent = true;

  constructor(bus: EventStream, options: WindowLogsOptions) {
    const { topic = "logs.raw.*", group = "windows", batch = 5_000 } = options;
    this.#bus = bus;
    this.#options = options;
    this.#name = group;
    this.#clock = options.clock ?? systemClock;
    this.#source = bus.subscribeGroup(topic, group, {
      ack: "manual",
      policy: "block",
      maxsize: 2 * batch,
    });
    options.signal?.addEventListener("abort", () => this.#ending.abort(), {
      signal: this.#ending.signal,
    });
    if (options.signal?.aborted) this.#ending.abort();
    this.#working = this.#work();
  }

  metrics(): ReturnType<WindowedLogs["metrics"]> {
    const late = [...this.#units.values()].reduce((sum, unit) => sum + unit.late, 0);
    return { ...this.#counts, late };
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#working;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #work(): Promise<void> {
    const { commitMs = 250, batch = 5_000 } = this.#options;
    const { signal } = this.#ending;
    await this.#untilDone(() => this.#send());
    let due = Infinity;
    for (;;) {
      const left = due - this.#clock.elapsed();
      const isFull = this.#pending.length >= batch;
      const message = left <= 0 || isFull ? undefined : await this.#next(left, signal);
      if (message !== undefined) {
        if (this.#pending.push(message) === 1) due = this.#clock.elapsed() + commitMs;
        continue;
      }
      if (this.#pending.length > 0) await this.#untilDone(() => this.#commit());
      due = Infinity;
      if (signal.aborted && this.#source.qsize === 0) break;
    }
    await this.#source.close();
  }

  async #next(ms: number, signal: AbortSignal): Promise<Message | undefined> {
    const waiting = this.#source.getNowait();
    if (waiting !== undefined || signal.aborted) return waiting;
    const timeout = ms < Infinity ? { timeoutMs: Math.ceil(ms) } : {};
    return await this.#source.get({ signal, ...timeout });
  }

  /** Takes the pending messages in, stores what they make, sends, acknowledges. */
  async #commit(): Promise<void> {
    const { store } = this.#options;
    const touched = new Set<WindowUnit>();
    let repeated = 0;
    try {
      for (const message of this.#pending) {
        const unit = await this.#unitOf(message);
        if (unit.add(message)) touched.add(unit);
        else repeated++;
      }
      const closed = [...touched].flatMap((unit) => unit.closed);
      const writes: Write[] = [
        ...[...touched].flatMap((unit) => unit.writes()),
        ...closed.length === 0 ? [] : [{
          op: "append" as const,
          stream: `${this.#name}:out`,
          values: closed.map((window) => this.#outgoing(window)),
        }],
      ];
      if (touched.size > 0 && !await store.commit(writes)) {
        throw new Error(`another process has moved the windows of group ${this.#name}`);
      }
      for (const unit of touched) unit.closed = [];
      this.#counts.lines += this.#pending.length - repeated;
      this.#counts.repeated += repeated;
      const done = this.#pending;
      this.#pending = [];
      for (const message of done) this.#source.ack(message);
      if (closed.length > 0 || this.#unsent) await this.#send();
    } catch (error) {
      // It may be stored all the same.
      this.#unsent = true;
      // What is in memory went ahead of the store: it is taken up anew.
      this.#units.clear();
      throw error;
    }
  }

  /** Sends the windows that are stored and not sent. */
  async #send(): Promise<void> {
    const { store } = this.#options;
    const [stream, mark] = [`${this.#name}:out`, `${this.#name}:sent`];
    for (;;) {
      const after = await store.get<number>(mark) ?? 0;
      const entries = await store.read<Outgoing>(stream, { after, limit: 256 });
      const last = entries.at(-1);
      if (last === undefined) {
        this.#unsent = false;
        return;
      }
      await Promise.all(
        entries.map(({ value: { topic, id, value } }) => this.#bus.send(topic, value, { id })),
      );
      await store.commit([
        { op: "put", key: mark, value: last.offset },
        { op: "trim", stream, before: last.offset - KEPT_WINDOWS },
      ]);
      this.#counts.windows += entries.length;
    }
  }

  async #unitOf(message: Message): Promise<WindowUnit> {
    const { topic } = message;
    const { partition } = message as { partition?: number };
    const id = partition === undefined ? topic : `${topic}/${partition}`;
    let unit = this.#units.get(id);
    if (unit === undefined) {
      const { store } = this.#options;
      unit = await WindowUnit.load(store, `${this.#name}:at:${id}`, id, this.#options);
      this.#units.set(id, unit);
    }
    return unit;
  }

  #outgoing({ key, start, end, ctx, stats, closed }: LogWindow): Outgoing {
    const [topic = key] = key.split("/");
    return {
      topic: topic.replace(/^logs\.raw\./, "logs.ctx."),
      id: `${this.#name}/${key}/${start}-${end}${closed ? "" : `/${stats.total}-${ctx.length}`}`,
      value: { ctx, stats, window: { start, end } },
    };
  }

  /** Tries until it works; when it is to end, once more. */
  async #untilDone(work: () => Promise<void>): Promise<void> {
    const { signal } = this.#ending;
    for (let attempt = 0;; attempt++) {
      const isLast = signal.aborted;
      try {
        return await work();
      } catch (error) {
        this.#counts.errors++;
        this.#options.onError?.(error);
        if (isLast) {
          this.#pending = [];
          return;
        }
        await this.#clock.sleep(Math.min(RETRY_MS[0] * 2 ** attempt, RETRY_MS[1]), signal);
      }
    }
  }
}
