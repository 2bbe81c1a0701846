import type { Store } from "../../core/store/types.ts";
import type { EventStream } from "../bus/types.ts";
import { type Clock, systemClock } from "./clock.ts";
import { ContextLines } from "./context_lines.ts";
import type { LineBatch, LineSink } from "./line_sink.ts";
import type { LogContextMessage } from "./log_context.ts";
import { savePosition } from "./_save_position.ts";

/** Options of {@linkcode contextSink}. */
export interface ContextSinkOptions {
  /** Where position and context are kept until the context is sent. */
  readonly store: Store;
  /** Under which key; one for each log, as `tail:logs/app.log`. */
  readonly key: string;
  /** Topic of the contexts, as `logs.ctx.app`. */
  readonly topic: string;
  /** Seconds from the first line of a context until it is sent. Default 5. */
  readonly windowSec?: number;
  /** Lines of a context at most. Default 1,000. */
  readonly maxLines?: number;
  /** Lines kept from before a hit. Default 2. */
  readonly before?: number;
  /** Called with each batch, hit or not: for those who want all lines. Default nobody. */
  readonly onBatch?: (batch: LineBatch) => void;
  /** Told when a context cannot be sent; it is tried again. Default nobody. */
  readonly onError?: (error: unknown) => void;
  /** Default the machine's. */
  readonly clock?: Clock;
}

/** A {@linkcode LineSink} that makes contexts. */
export interface ContextSink<S> extends LineSink<S>, AsyncDisposable {
  /** Sends what is held. */
  flush(): Promise<void>;
  /** Contexts sent since it was made. */
  readonly sent: number;
  /** Sends what is held and ends. */
  close(): Promise<void>;
}

/** A context on its way: with the position behind its last line. */
interface Outgoing {
  readonly id: string;
  readonly value: LogContextMessage;
}

/** Without anything to tell, the position is kept this often. Milliseconds. */
const KEEP_MS = 1_000;
const RETRY_MS = 1_000;

/**
 * For a tailer: sends the lines that say that something is wrong as contexts, and keeps how far it
 * is. A context is stored together with the position behind it, and sent from there: a crash at any
 * moment neither loses lines nor puts them into two different contexts; a context that was sent just
 * before may be sent again, with the same message id.
 *
 * @example
 * ```ts
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import { createLocalBus } from "@dspy/code/streaming/bus";
 * import { contextSink, FileTailer } from "@dspy/code/streaming/logs";
 * import assert from "node:assert/strict";
 *
 * const path = await Deno.makeTempFile({ suffix: ".log" });
 * await Deno.writeTextFile(path, "INFO ready\nERROR disk is full\n");
 * await using bus = createLocalBus();
 * const contexts = bus.subscribe<{ ctx: string[] }>("logs.ctx.app");
 * const store = openMemoryStore();
 * const sink = contextSink(bus, { store, key: "tail:app", topic: "logs.ctx.app", before: 0 });
 * const tailer = await FileTailer.open(path, sink, { fromStart: true });
 * await tailer.stop();
 * await sink.close();
 * assert.deepEqual((await contexts.get())?.value.ctx, ["ERROR disk is full"]);
 * await Deno.remove(path);
 * ```
 */
export function contextSink<S>(bus: EventStream, options: ContextSinkOptions): ContextSink<S> {
  const { store, key, topic, windowSec = 5, clock = systemClock } = options;
  const { maxLines = 1_000, before = 2, onBatch = () => {}, onError = () => {} } = options;
  const outbox = `${key}:outbox`;
  const position = savePosition<S>(store, key);
  const lines = new ContextLines({ maxLines, before });
  let behind: S | undefined;
  let last = 0;
  let keptAt = clock.elapsed();
  let due = Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sent = 0;
  let moved = false;
  let turn: Promise<unknown> = Promise.resolve();
  const ending = new AbortController();

  return {
    durable: true,
    get sent() {
      return sent;
    },
    async load() {
      const waiting = await store.get<Outgoing>(outbox);
      if (waiting !== undefined) await send(waiting);
      return await position.load();
    },
    async deliver(batch, next) {
      onBatch(batch);
      let hit = false;
      for (const line of batch.lines) hit = lines.add(line) || hit;
      behind = next;
      if (hit) {
        last = batch.ts;
        if (due === Infinity) {
          due = clock.elapsed() + windowSec * 1_000;
          timer = setTimeout(() => void flush(), windowSec * 1_000);
        }
      }
      const full = lines.size >= maxLines;
      if (full || (lines.size === 0 && clock.elapsed() - keptAt >= KEEP_MS)) await flush();
      return !moved;
    },
    flush,
    close,
    [Symbol.asyncDispose]: close,
  };

  /** One after another: positions only grow. */
  function flush(): Promise<void> {
    const done = turn.then(handOn);
    turn = done.catch(onError);
    return done;
  }

  async function handOn(): Promise<void> {
    clearTimeout(timer);
    due = Infinity;
    if (behind === undefined || moved) return;
    const [next, ctx] = [behind, lines.take()];
    behind = undefined;
    keptAt = clock.elapsed();
    if (ctx.length === 0) {
      moved = !await position.commit([], next);
      return;
    }
    const outgoing: Outgoing = {
      id: crypto.randomUUID(),
      value: { ctx, ts: clock.now(), last },
    };
    moved = !await position.commit([{ op: "put", key: outbox, value: outgoing }], next);
    if (!moved) await send(outgoing);
  }

  async function send({ id, value }: Outgoing): Promise<void> {
    for (;;) {
      try {
        await bus.send(topic, value, { id, key: key });
        await store.delete(outbox);
        sent++;
        return;
      } catch (error) {
        onError(error);
        // It is in the store, and sent at the next start.
        if (ending.signal.aborted) return;
        await clock.sleep(RETRY_MS, ending.signal);
      }
    }
  }

  async function close(): Promise<void> {
    ending.abort();
    await flush().catch(onError);
  }
}
