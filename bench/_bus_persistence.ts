// deno-lint-ignore-file no-console -- a script for the command line
/** The bus with messages that are kept, beside the same lines and rows written by themselves. */
import { setImmediate } from "node:timers";
import { openSqliteStore } from "../core/store/sqlite.ts";
import type { Store } from "../core/store/types.ts";
import { createJsonLineSink } from "../streaming/bus/json_line_sink.ts";
import { createLocalBus } from "../streaming/bus/local_bus.ts";
import type { LocalBusOptions } from "../streaming/bus/local_bus_options.ts";
import { openStoreLog } from "../streaming/bus/store_log.ts";
import { openFileLines } from "../streaming/logs/file_lines.ts";
import { median } from "./_report.ts";

const ROUNDS = 9;
/** Before them, until what is compiled late is. */
const WARM_UP = 3;
const COUNT = 100_000;
/** Messages that are published before the reader has its turn. */
const CHUNK = 1000;
/** Lines or rows of one write by themselves. */
const BATCH = 1024;

/** Messages per second, and beside the bare write of the same. */
export interface Persistence {
  readonly lines: number;
  readonly linesVsBare: number;
  readonly stored: number;
  readonly storedVsBare: number;
}

const valueOf = (n: number) => ({ line: "GET /api/items 200 in 12 ms", n });

/** Measures both, one reader reading along. */
export async function measurePersistence(): Promise<Persistence> {
  const folder = await Deno.makeTempDir();
  const store = await openSqliteStore(`${folder}/store.db`);
  const found: Record<"lines" | "bareLines" | "stored" | "bareStored", number[]> = {
    lines: [],
    bareLines: [],
    stored: [],
    bareStored: [],
  };
  try {
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      const topics = ["bench"];
      const sink = createJsonLineSink(openFileLines(folder), { topics });
      const log = await openStoreLog(store, { topics });
      const results = {
        lines: await rate(() => publish({ sinks: [sink] })),
        bareLines: await rate(() => bareLines(`${folder}/bare.jsonl`)),
        stored: await rate(() => publish({ log })),
        bareStored: await rate(() => bareRows(store)),
      };
      if (round < 0) continue;
      for (const name of ["lines", "bareLines", "stored", "bareStored"] as const) {
        found[name].push(results[name]);
      }
    }
  } finally {
    await store.close();
    await Deno.remove(folder, { recursive: true });
  }
  for (const [name, values] of Object.entries(found)) {
    console.log(`${name.padEnd(12)} ${Math.round(median(values)).toLocaleString("en")} / s`);
  }
  const beside = (ours: readonly number[], bare: readonly number[]) =>
    median(ours.map((value, i) => value / bare[i]!));
  return {
    lines: median(found.lines),
    linesVsBare: beside(found.lines, found.bareLines),
    stored: median(found.stored),
    storedVsBare: beside(found.stored, found.bareStored),
  };
}

async function rate(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return COUNT / (performance.now() - started) * 1000;
}

async function publish(options: LocalBusOptions): Promise<void> {
  const bus = createLocalBus({ ...options, drainMs: 0 });
  const reader = bus.subscribe("bench");
  let count = 0;
  let wake = () => {};
  void (async () => {
    for await (const _message of reader) if (++count % CHUNK === 0) wake();
  })();
  for (let n = 0; n < COUNT;) {
    const read = new Promise<void>((resolve) => wake = resolve);
    for (let i = 0; i < CHUNK; i++) bus.publish("bench", valueOf(n++));
    await read;
    // Who publishes reads from somewhere, and the bare writers wait for each write: the event loop turns.
    await new Promise<void>((resolve) => setImmediate(resolve));
    // What is published faster than it is kept would become dead letters in the end.
    if (n % (50 * CHUNK) === 0) await bus.flush();
  }
  await bus.close();
  if (bus.metrics().dlq_total > 0) throw new Error("messages were lost");
}

async function bareLines(path: string): Promise<void> {
  using file = await Deno.open(path, { append: true, create: true });
  const encoder = new TextEncoder();
  for (let n = 0; n < COUNT;) {
    let text = "";
    for (let i = 0; i < BATCH && n < COUNT; i++, n++) {
      const message = {
        id: `bench-${n}`,
        topic: "bench",
        seq: n,
        ts: Date.now(),
        value: valueOf(n),
      };
      text += `${JSON.stringify(message)}\n`;
    }
    const bytes = encoder.encode(text);
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  }
}

async function bareRows(store: Store): Promise<void> {
  for (let n = 0; n < COUNT;) {
    const rows: unknown[] = [];
    for (let i = 0; i < BATCH && n < COUNT; i++, n++) {
      rows.push({ id: `bench-${n}`, ts: Date.now(), value: valueOf(n) });
    }
    await store.append("bare", rows);
  }
}
