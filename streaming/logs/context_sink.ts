import type { LogMask } from "../../core/logs/mask_log.ts";
import type { Store, Write } from "../../core/store/types.ts";
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
  /**
   * Lines after which a context is sent before its window ends, as it also is after a million
   * characters; what came at once stays together. Default 1,000.
   */
  readonly maxLines?: number;
  /** Lines kept from before a hit. Default 2. */
  readonly before?: number;
  /**
   * Called with each batch, hit or not, and awaited: for those who want all lines. When it rejects,
   * the batch comes again. Default nobody.
   */
  readonly onBatch?: (batch: LineBatch) => void | Promise<void>;
  /** Masks secrets. Default `maskLog`. */
  readonly mask?: LogMask;
  /** Told when a context cannot be kept or sent; it is tried again. Default nobody. */
  readonly onError?: (error: unknown) => void;
  /** From then on nothing is tried twice: what fails is done at the next start. Default never. */
  readonly signal?: AbortSignal;
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
/** Characters of a context after which it is sent, and of a line: as JSON they fit into a message. */
const MOST_CHARS = 100_000;
/** Milliseconds that the bus may take once it is to end. */
const LAST_MS = 2_000;

/**
 * For a tailer: sends the lines that say that something is wrong as contexts, and keeps how far it
 * is. A context is stored together with the position behind it, and sent from there: a crash at any
 * moment neither loses lines nor puts them into two different contexts; a context that was sent just
 * before may be sent again, with the same message id. While neither can be stored, reading waits.
 *
 * @example
 * ```ts
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import { createLocalBus } from "@dspy/code/streaming/bus";
 * import { contextSink, FileTailer, type TailPosition } from "@dspy/code/streaming/logs";
 * import assert from "node:assert/strict";
 *
 * const path = await Deno.makeTempFile({ suffix: ".log" });
 * await Deno.writeTextFile(path, "INFO ready\nERROR disk is full\n");
 * await using bus = createLocalBus();
 * const contexts = bus.subscribe<{ ctx: string[] }>("logs.ctx.app");
 * const store = openMemoryStore();
 * const sink = contextSink<TailPosition>(bus, { store, key: "tail:app", topic: "logs.ctx.app", before: 0 });
 * const tailer = await FileTailer.open(path, sink, { fromStart: true });
 * await tailer.stop();
 * await sink.close();
 * assert.deepEqual((await contexts.get())?.value.ctx, ["ERROR disk is full"]);
 * await Deno.remove(path);
 * ```
 */
export function contextSink<S>(
  bus: Pick<EventStream, "send">,
  options: ContextSinkOptions,
): ContextSink<S> {
  const { store, key, topic, windowSec = 5, clock = systemClock } = options;
  const { maxLines = 1_000, before = 2, onBatch = () => {}, onError = () => {} } = options;
  const outbox = `${key}:outbox`;
  const position = savePosition<S>(store, key);
  // What has been read is never left out: `deliver` sends what is full.
  const lines = new ContextLines({
    maxLines: Infinity,
    before,
    ...options.mask && { mask: options.mask },
  });
  let behind: S | undefined;
  let last = 0;
  let keptAt = clock.elapsed();
  let due = Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sent = 0;
  let moved = false;
  let stuck = false;
  let turn: Promise<unknown> = Promise.resolve();
  const ending = new AbortController();
  const { signal = ending.signal } = options;
  const isEnding = () => signal.aborted || ending.signal.aborted;
  const cut = new AbortController();
  let lastChance: ReturnType<typeof setTimeout> | undefined;
  signal.addEventListener("abort", hurry, { once: true });

  return {
    durable: true,
    get sent() {
      return sent;
    },
    async load() {
      // What was read behind another position is read again from this one.
      lines.take();
      behind = undefined;
      moved = false;
      const waiting = await store.get<Outgoing | readonly Outgoing[]>(outbox);
      if (waiting !== undefined) await send([waiting].flat());
      const saved = await position.load();
      // Where the first start stands is kept at once: what comes after it is never old.
      if (saved === undefined) keptAt = -Infinity;
      return saved;
    },
    async deliver(batch, next) {
      await onBatch(batch);
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
      const full = lines.size >= maxLines || lines.chars >= MOST_CHARS;
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
    if (behind === undefined || moved || stuck) return;
    const [next, ctx] = [behind, lines.take()];
    behind = undefined;
    keptAt = clock.elapsed();
    if (ctx.length === 0) {
      await keep([], next);
      return;
    }
    const outgoing = partsOf(ctx).map((ctx): Outgoing => ({
      id: crypto.randomUUID(),
      value: { ctx, ts: clock.now(), last },
    }));
    if (await keep([{ op: "put", key: outbox, value: outgoing }], next)) await send(outgoing);
  }

  /** Writes with the position; false when another process moved it, or the end came first. */
  async function keep(writes: readonly Write[], next: S): Promise<boolean> {
    for (;;) {
      try {
        moved = !await position.commit(writes, next);
        return !moved;
      } catch (error) {
        onError(error);
        // No later position may be kept: the next start reads these lines again.
        if (isEnding()) stuck = true;
        if (stuck) return false;
        await clock.sleep(RETRY_MS, signal);
      }
    }
  }

  async function send(outgoing: readonly Outgoing[]): Promise<void> {
    for (;;) {
      try {
        for (const { id, value } of outgoing) {
          await bus.send(topic, value, { id, key, signal: cut.signal });
        }
        await store.delete(outbox);
        sent += outgoing.length;
        return;
      } catch (error) {
        onError(error);
        // It is in the store, and sent at the next start; nothing may take its place.
        if (isEnding()) stuck = true;
        if (stuck) return;
        await clock.sleep(RETRY_MS, signal);
      }
    }
  }

  /** From now on the bus has this long: a broker that is away must not hold up the end. */
  function hurry(): void {
    lastChance ??= setTimeout(
      () => cut.abort(new Error("the bus did not take it in time")),
      LAST_MS,
    );
  }

  async function close(): Promise<void> {
    ending.abort();
    hurry();
    await flush().catch(onError);
    clearTimeout(lastChance);
  }
}

/** A context in as many messages as it takes. */
function partsOf(lines: readonly string[]): string[][] {
  const parts: string[][] = [];
  let size = Infinity;
  for (const line of lines) {
    const kept = line.length > MOST_CHARS ? `${line.slice(0, MOST_CHARS)} …` : line;
    if (size + kept.length > MOST_CHARS) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)!.push(kept);
    size += kept.length;
  }
  return parts;
}
