// deno-lint-ignore-file no-console -- a script for the command line
/**
 * The tailer beside reading and splitting the same file with nothing else, in one run; lines stored
 * with their position; memory; and how soon a line comes out as a worker's finding.
 *
 * `deno run -A bench/tail.ts [--save]`
 */
import { openStore } from "../core/store/open_store.ts";
import { createLocalBus } from "../streaming/bus/local_bus.ts";
import { Aggregator } from "../streaming/logs/aggregator.ts";
import { FileTailer } from "../streaming/logs/file_tailer.ts";
import type { LogContextMessage } from "../streaming/logs/log_context.ts";
import type { LineSink } from "../streaming/logs/line_sink.ts";
import type { LogFindings } from "../streaming/logs/process_ctx.ts";
import { publishLines } from "../streaming/logs/publish_lines.ts";
import { appendLines, storeLines } from "../streaming/logs/store_lines.ts";
import { Worker } from "../streaming/logs/worker.ts";
import { check, median } from "./_report.ts";

const ROUNDS = 7;
const LINES = 500_000;
const DURABLE_LINES = 200_000;
const SECONDS = 3;

const folder = await Deno.makeTempDir({ prefix: "bench-tail-" });
try {
  const path = `${folder}/app.log`;
  const line = (i: number) =>
    `2025-01-02T10:00:00.${i % 1000} ${i % 50 === 0 ? "ERROR" : "INFO"} request ${i} ${
      "x".repeat(70)
    }`;
  await writeLines(path, LINES, line);
  const size = (await Deno.stat(path)).size;

  const ratios: number[] = [];
  const rates: { bare: number[]; tailer: number[]; bus: number[] } = {
    bare: [],
    tailer: [],
    bus: [],
  };
  for (let round = -1; round < ROUNDS; round++) {
    // Who goes first changes, as the second finds a warmer cache.
    const found: Record<string, number> = {};
    for (const side of round % 2 === 0 ? ["bare", "tailer"] : ["tailer", "bare"]) {
      found[side] = await rate(() => side === "bare" ? readBare(path) : tailAll(path));
    }
    const bus = await rate(() => tailIntoBus(path));
    if (round < 0) continue;
    ratios.push(found.tailer! / found.bare!);
    rates.bare.push(found.bare!);
    rates.tailer.push(found.tailer!);
    rates.bus.push(bus);
  }
  const before = Deno.memoryUsage().rss;
  for (let i = 0; i < 6; i++) await tailAll(path);
  const grown = (Deno.memoryUsage().rss - before) / 1e6;

  const short = `${folder}/short.log`;
  await writeLines(short, DURABLE_LINES, line);
  const stored: Record<"bare" | "tailer", number[]> = { bare: [], tailer: [] };
  for (let i = 0; i < 5; i++) {
    stored.bare.push(await rate(() => storeBare(short, `${folder}/bare${i}.db`)));
    stored.tailer.push(await rate(() => tailDurably(short, `${folder}/store${i}.db`)));
  }
  const some = await latencies((i) => i % 20 === 0);
  const all = await latencies(() => true);

  console.log(`file        ${(size / 1e6).toFixed(0)} MB, ${LINES.toLocaleString("en")} lines`);
  for (const [name, values] of Object.entries(rates)) {
    console.log(`${name.padEnd(11)} ${count(values)} lines / s`);
  }
  console.log(
    `latency     1,000 lines/s, one in 20 an error: p50 ${at(some, 0.5)}, p99 ${at(some, 0.99)} ms`,
  );
  console.log(`            all errors: p50 ${at(all, 0.5)}, p99 ${at(all, 0.99)} ms`);
  await check({
    "tail.ratio": { value: median(ratios), limit: 0.4, better: "higher" },
    // 200,000 lines/s, and how much of what the store alone does here that is.
    "tail.stored_lines_per_s": { value: median(stored.tailer), limit: 200_000, better: "higher" },
    "tail.stored_ratio": {
      value: median(stored.tailer.map((one, i) => one / stored.bare[i]!)),
      limit: 0.6,
      better: "higher",
    },
    "tail.memory_growth_mb": { value: grown, limit: 40, better: "lower" },
    "tail.latency_p99_ms": { value: at(some, 0.99), limit: 100, better: "lower" },
    "tail.latency_all_p99_ms": { value: at(all, 0.99), limit: 100, better: "lower" },
  });
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function writeLines(path: string, count: number, line: (i: number) => string): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true });
  const writer = file.writable.getWriter();
  const encoder = new TextEncoder();
  for (let i = 0; i < count; i += 10_000) {
    const part = Array.from({ length: Math.min(10_000, count - i) }, (_, k) => line(i + k) + "\n");
    await writer.write(encoder.encode(part.join("")));
  }
  await writer.close();
}

async function rate(work: () => number | Promise<number>): Promise<number> {
  const started = performance.now();
  const lines = await work();
  return lines / (performance.now() - started) * 1000;
}

/** What cannot be done without: read (at once, as the tailer does), decode, split. */
function readBare(path: string): number {
  using file = Deno.openSync(path);
  const buffer = new Uint8Array(256 * 1024);
  const decoder = new TextDecoder();
  let lines = 0;
  let rest = "";
  for (let n = file.readSync(buffer); n !== null; n = file.readSync(buffer)) {
    const parts = (rest + decoder.decode(buffer.subarray(0, n), { stream: true })).split("\n");
    rest = parts.pop()!;
    lines += parts.length;
  }
  return lines;
}

async function tailAll(path: string): Promise<number> {
  let lines = 0;
  const all = Promise.withResolvers<void>();
  const sink: LineSink<never> = {
    durable: false,
    load: () => Promise.resolve(undefined),
    deliver(batch) {
      lines += batch.lines.length;
      if (lines >= LINES) all.resolve();
      return Promise.resolve(true);
    },
  };
  const tailer = await FileTailer.open(path, sink, { fromStart: true });
  await all.promise;
  await tailer.stop();
  return lines;
}

/** The same onto the bus, with one reader. */
async function tailIntoBus(path: string): Promise<number> {
  await using bus = createLocalBus();
  let lines = 0;
  const all = Promise.withResolvers<void>();
  bus.subscribe("logs.raw.app", () => {
    if (++lines >= LINES) all.resolve();
  });
  const tailer = await FileTailer.open(path, publishLines(bus, "logs.raw.app"), {
    fromStart: true,
  });
  await all.promise;
  await tailer.stop();
  return lines;
}

/** The same lines appended in batches as large, with a key beside: what storing costs by itself. */
async function storeBare(path: string, database: string): Promise<number> {
  const lines = (await Deno.readTextFile(path)).split("\n").slice(0, -1);
  const store = await openStore(database);
  const ts = Date.now();
  for (let i = 0; i < lines.length; i += 2_500) {
    const values = lines.slice(i, i + 2_500).map((line) => ({ line, ts }));
    await store.commit([
      { op: "append", stream: "logs.raw.app", values },
      { op: "put", key: "tail:app", value: { offset: i, of: path } },
    ]);
  }
  await store.close();
  return lines.length;
}

/** Lines into the store, each with the position behind it. */
async function tailDurably(path: string, database: string): Promise<number> {
  const store = await openStore(database);
  let lines = 0;
  const all = Promise.withResolvers<void>();
  const sink = storeLines(store, {
    key: "tail:app",
    writes: appendLines("logs.raw.app"),
    stored(batch) {
      lines += batch.lines.length;
      if (lines >= DURABLE_LINES) all.resolve();
    },
  });
  const tailer = await FileTailer.open(path, sink, { fromStart: true });
  await all.promise;
  await tailer.stop();
  await store.close();
  return lines;
}

/** Milliseconds from the write of each error, at 1,000 lines a second, to the finding about it. */
async function latencies(isError: (i: number) => boolean): Promise<number[]> {
  const path = await Deno.makeTempFile({ dir: folder, suffix: ".log" });
  await using bus = createLocalBus();
  const written = new Map<number, number>();
  const delays: number[] = [];
  // A summary of many lines does not name them all: its context does.
  const contexts = new Map<string, readonly string[]>();
  bus.subscribe<LogContextMessage>("logs.ctx.app", ({ id, value }) => {
    contexts.set(`${id}:result`, value.ctx);
  });
  bus.subscribe<LogFindings>("agent.results.app", ({ id }) => {
    for (const line of contexts.get(id) ?? []) {
      const n = Number(/#(\d+)#/.exec(line)?.[1]);
      delays.push(performance.now() - written.get(n)!);
      written.delete(n);
    }
  });
  await using _worker = new Worker(bus, "app");
  await using _lines = new Aggregator(bus, "logs.raw.app", "logs.ctx.app", { windowSec: 0.03 });
  await using _tailer = await FileTailer.open(path, publishLines(bus, "logs.raw.app"));
  const encoder = new TextEncoder();
  using file = await Deno.open(path, { append: true });
  const started = performance.now();
  for (let i = 0; i < SECONDS * 1000;) {
    const now = performance.now();
    let text = "";
    for (; i < now - started; i++) {
      if (isError(i)) written.set(i, now);
      text += `2025-01-02 ${isError(i) ? "ERROR failed" : "INFO served"} #${i}#\n`;
    }
    if (text !== "") await file.write(encoder.encode(text));
    await new Promise((wake) => setTimeout(wake, 1));
  }
  for (let i = 0; i < 200 && written.size > 0; i++) {
    await new Promise((wake) => setTimeout(wake, 10));
  }
  if (written.size > 0) throw new Error(`${written.size} lines were never answered`);
  return delays.toSorted((a, b) => a - b);
}

function at(sorted: readonly number[], share: number): number {
  return Math.round(sorted[Math.floor(sorted.length * share)]! * 10) / 10;
}

function count(values: readonly number[]): string {
  return Math.round(median(values)).toLocaleString("en");
}
