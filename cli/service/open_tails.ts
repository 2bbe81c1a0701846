import { describeError, UserError } from "../../core/errors.ts";
import { counted } from "../../core/logs/counted.ts";
import { createLogMask } from "../../core/logs/mask_log.ts";
import type { Store } from "../../core/store/types.ts";
import type { Files } from "../../core/workspace/files.ts";
import type { EventStream, Message } from "../../streaming/bus/types.ts";
import { type ContextSink, contextSink } from "../../streaming/logs/context_sink.ts";
import { autodiscoverLogs, type DiscoveredLog } from "../../streaming/logs/discover_logs.ts";
import type { TailPosition } from "../../streaming/logs/file_position.ts";
import { FileTailer } from "../../streaming/logs/file_tailer.ts";
import { type LineBatch, tailedLines } from "../../streaming/logs/line_sink.ts";
import { createLineFeed } from "./line_feed.ts";
import { createLineMask } from "./mask_lines.ts";
import { secretsOf } from "./secrets_of.ts";
import type { RoleContext } from "./service_main.ts";

/** What {@linkcode openTails} follows. */
export interface TailsWanted {
  readonly files: Files;
  readonly logs: readonly DiscoveredLog[];
  readonly bus: EventStream;
  readonly store: Store;
  readonly windowSec: number;
  readonly fromStart: boolean;
}

/** The logs of a workspace, followed. */
export interface Tails {
  readonly logs: readonly DiscoveredLog[];
  /** Lines read. */
  lines(): number;
  stop(): Promise<void>;
}

const NO_BROKER = "contexts wait for the broker: no worker runs here (--workers 0)";

/** Milliseconds between two looks for new logs. */
const DISCOVER_MS = 3_000;

interface Tail {
  readonly tailer: FileTailer;
  readonly sink: ContextSink<TailPosition>;
}

/** Follows logs, and those that come later; their hits become contexts, all lines raw messages. */
export async function openTails(context: RoleContext, wanted: TailsWanted): Promise<Tails> {
  const { init, tell } = context;
  const { files, bus, store, windowSec, fromStart } = wanted;
  const warn = (text: string) => tell("service.notice", { level: "warning", text });
  const tails = new Map<string, Tail>();
  const logs: DiscoveredLog[] = [];
  const mask = createLogMask(secretsOf(init));
  const docker = createLineFeed(
    (name) => next(() => look([name])),
    (name) =>
      tellOnce(`lines of container ${name} were dropped: they come faster than they are kept`),
  );
  const ending = new AbortController();
  const told = new Set<string>();
  let looking: Promise<void> = Promise.resolve();
  await beginAnew();
  for (const log of wanted.logs) await follow(log, fromStart);
  context.takeLines(docker.take);
  const timer = setInterval(() => next(() => look(docker.waiting())), DISCOVER_MS);
  let stopped: Promise<void> | undefined;

  /** Forgets how far logs were read when they are to be read from their start; else says what is not. */
  async function beginAnew(): Promise<void> {
    let unread = 0;
    for (const { log_file } of wanted.logs) {
      if (log_file.startsWith("docker:")) continue;
      if (fromStart) await store.delete(keyOf(log_file));
      else if (await store.get(keyOf(log_file)) === undefined) {
        const info = await Deno.stat(`${init.root}/${log_file}`).catch(() => undefined);
        if (info !== undefined && info.size > 0) unread++;
      }
    }
    if (unread === 0) return;
    const text = `a first run begins at the end of ${counted(unread, "log")}: ` +
      "--from-start reads what is there";
    tell("service.notice", { level: "info", text });
  }

  /** A context that nobody could answer stays in the store until there is somebody. */
  async function sendContext<T>(...args: Parameters<typeof bus.send<T>>): Promise<Message<T>> {
    if (init.up!.workers > 0 || bus.health().available) return await bus.send(...args);
    throw new UserError("failed", NO_BROKER);
  }

  /** One look after another. */
  function next(work: () => Promise<void>): void {
    looking = looking.then(work).catch((error) => {
      if (!ending.signal.aborted) tellOnce(error);
    });
  }

  /** What fails at each look is told of once. */
  function tellOnce(error: unknown): void {
    const text = describeError(error);
    if (told.has(text)) return;
    told.add(text);
    warn(text);
  }

  /** Whether it is followed now; one that cannot be keeps nobody from the others. */
  async function follow(log: DiscoveredLog, isNew: boolean): Promise<boolean> {
    try {
      if (log.log_file.startsWith("docker:")) await docker.add(log.service, sinkOf<number>(log));
      else tails.set(log.log_file, await open(log, isNew));
    } catch (error) {
      tellOnce(error);
      return false;
    }
    logs.push(log);
    return true;
  }

  function sinkOf<S>({ log_file, container }: DiscoveredLog): ContextSink<S> {
    const raw = `logs.raw.${container}`;
    const key = container;
    const maskLines = createLineMask(mask);
    /** What stays here is masked where it is shown or kept. */
    const publishHere = (batch: LineBatch) => {
      for (const value of tailedLines(batch)) bus.publish(raw, value, { key });
    };
    /** As fast as the broker takes them; those that come again bear the same ids. */
    const sendAway = async (batch: LineBatch) => {
      const ids = batch.ids();
      const { lines, done } = maskLines(batch.lines);
      const values = tailedLines({ ...batch, lines });
      const options = { key, signal: ending.signal };
      await Promise.all(
        values.map((value, i) => bus.send(raw, value, { ...options, id: ids[i]! })),
      );
      done();
    };
    return contextSink<S>({ send: sendContext }, {
      store,
      key: keyOf(log_file),
      topic: `logs.ctx.${container}`,
      windowSec,
      onBatch: init.kafka === undefined ? publishHere : sendAway,
      mask,
      onError: (error) => tellOnce(`${log_file}: ${describeError(error)}`),
      signal: ending.signal,
    });
  }

  async function open(log: DiscoveredLog, isNew: boolean): Promise<Tail> {
    const sink = sinkOf<TailPosition>(log);
    const tailer = await FileTailer.open(`${init.root}/${log.log_file}`, sink, {
      root: init.root,
      fromStart: isNew,
      onNotice: ({ kind, text }) => {
        if (kind !== "rotated" && kind !== "truncated") warn(text);
      },
    });
    return { tailer, sink };
  }

  /** A log that comes while this runs is read from its start, and a container then speaks. */
  async function look(containers: readonly string[] = []): Promise<void> {
    const found = await autodiscoverLogs(files, {
      all: true,
      containers,
      logs: init.config.logs,
      signal: ending.signal,
    });
    const known = new Set(logs.map(({ log_file }) => log_file));
    for (const log of found) {
      if (known.has(log.log_file)) continue;
      const container = freeName(log.container, logs);
      if (!await follow({ ...log, container }, true)) continue;
      tell("service.notice", { level: "info", text: `watching ${log.log_file} (${container})` });
    }
  }

  return {
    logs,
    lines: () => [...tails.values()].reduce((sum, { tailer }) => sum + tailer.metrics().lines, 0),
    stop: () =>
      stopped ??= (async () => {
        clearInterval(timer);
        ending.abort();
        await looking;
        await Promise.all([...tails.values()].map(async ({ tailer, sink }) => {
          await tailer.stop();
          await sink.close();
        }));
        await docker.close();
      })(),
  };
}

/** Under which key the store has how far a log is read. */
function keyOf(file: string): string {
  return `tail:${file}`;
}

function freeName(wanted: string, logs: readonly DiscoveredLog[]): string {
  const taken = new Set(logs.map(({ container }) => container));
  for (let n = 1;; n++) {
    const name = n === 1 ? wanted : `${wanted}-${n}`;
    if (!taken.has(name)) return name;
  }
}
