// deno-lint-ignore-file no-console -- a script for the command line
/**
 * The bus beside a bare ring-buffer queue and the emitters of npm, in the same run and in turns, with
 * a table of what each guarantees; then with messages written into files and into the store, and a
 * backlog. The peers come from npm into a temporary folder; without npm they are left out.
 *
 * `deno run -A bench/bus.ts`
 */
import { EventEmitter } from "node:events";
import { createLocalBus } from "../streaming/bus/local_bus.ts";
import { loadEmitters, type Peer } from "./_bus_peers.ts";
import { BareRing } from "./_bare_ring.ts";
import { measurePersistence } from "./_bus_persistence.ts";
import { check, median } from "./_report.ts";

const ROUNDS = 7;
/** Messages of a round. */
const COUNT = 200_000;
/** Messages that are published before the readers have their turn. */
const CHUNK = 1000;
const BACKLOG = 400_000;

/** Someone who carries messages, opened for a number of readers. */
interface Carrier {
  readonly name: string;
  /** What it keeps, as the columns of the table. */
  readonly keeps: readonly boolean[];
  /** Calls `seen` for each message that a reader gets; returns how to publish one, and how to end. */
  open(readers: number, seen: () => void): {
    publish(n: number): void;
    close?(): Promise<void>;
  };
}

const COLUMNS = ["bounded", "groups", "ack", "dead letters", "replay", "own order", "throws apart"];
const NOTHING = COLUMNS.map(() => false);
/** All who call their readers at once keep their order. */
const ORDER = NOTHING.map((_, i) => COLUMNS[i] === "own order");

const carriers: readonly Carrier[] = [
  { name: "bare ring, for await", keeps: ORDER, open: openRing },
  { name: "LocalBus, for await", keeps: COLUMNS.map(() => true), open: openBus("for await") },
  { name: "LocalBus, batches", keeps: COLUMNS.map(() => true), open: openBus("batches") },
  { name: "LocalBus, functions", keeps: COLUMNS.map(() => true), open: openBus("functions") },
  { name: "node:events", keeps: ORDER, open: openNodeEvents },
  ...(await loadEmitters()).map(({ name, open }: Peer) => ({
    name,
    // rxjs reports what a subscriber throws later, and the others get the value.
    keeps: ORDER.map((kept, i) => kept || (name === "rxjs" && COLUMNS[i] === "throws apart")),
    open,
  })),
];

const rates = new Map<string, { one: number[]; eight: number[] }>();
for (let round = -1; round < ROUNDS; round++) {
  // Who goes first changes, as the machine's own speed does.
  const order = round % 2 === 0 ? carriers : [...carriers].reverse();
  for (const carrier of order) {
    const [one, eight] = [await rate(carrier, 1), await rate(carrier, 8)];
    if (round < 0) continue;
    const found = rates.get(carrier.name) ?? { one: [], eight: [] };
    rates.set(carrier.name, found);
    found.one.push(one);
    found.eight.push(eight);
  }
}
printTable();
const backlog = await drainBacklog();
const persistence = await measurePersistence();

await check({
  "bus.one_to_one_vs_ring": { value: ratio("one"), limit: 0.4, better: "higher" },
  "bus.one_to_eight_vs_ring": { value: ratio("eight"), limit: 0.4, better: "higher" },
  // The last quarter of a backlog beside its first.
  "bus.backlog_late_vs_early": { value: backlog, limit: 0.5, better: "higher" },
  "bus.json_lines_per_s": { value: persistence.lines, limit: 1_000_000, better: "higher" },
  "bus.json_lines_vs_bare": { value: persistence.linesVsBare, limit: 0.7, better: "higher" },
  "bus.store_per_s": { value: persistence.stored, limit: 150_000, better: "higher" },
  "bus.store_vs_bare": { value: persistence.storedVsBare, limit: 0.5, better: "higher" },
});

/** Deliveries per second. */
async function rate({ open }: Carrier, readers: number): Promise<number> {
  let left = 0;
  let wake = () => {};
  const { publish, close } = open(readers, () => {
    if (--left === 0) wake();
  });
  const started = performance.now();
  for (let n = 0; n < COUNT;) {
    left = CHUNK * readers;
    const read = new Promise<void>((resolve) => wake = resolve);
    for (let i = 0; i < CHUNK; i++) publish(n++);
    await read;
  }
  const ms = performance.now() - started;
  await close?.();
  return COUNT * readers / ms * 1000;
}

function openRing(readers: number, seen: () => void) {
  const rings = Array.from(
    { length: readers },
    () => new BareRing<{ seq: number; value: number }>(CHUNK),
  );
  for (const ring of rings) {
    void (async () => {
      for await (const _message of ring) seen();
    })();
  }
  let seq = 0;
  return {
    publish(value: number) {
      const message = { seq: ++seq, value };
      for (let i = 0; i < rings.length; i++) rings[i]!.push(message);
    },
  };
}

function openBus(how: "for await" | "batches" | "functions"): Carrier["open"] {
  return (readers, seen) => {
    const bus = createLocalBus({ drainMs: 0 });
    for (let i = 0; i < readers; i++) {
      if (how === "functions") bus.subscribe("bench.topic", seen);
      else {
        const reader = bus.subscribe("bench.topic");
        void (async () => {
          if (how === "for await") { for await (const _message of reader) seen(); }
          else {
            for await (const batch of reader.batches()) {
              for (let i = 0; i < batch.length; i++) seen();
            }
          }
        })();
      }
    }
    return { publish: (n) => void bus.publish("bench.topic", n), close: () => bus.close() };
  };
}

function openNodeEvents(readers: number, seen: () => void) {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(readers + 1);
  for (let i = 0; i < readers; i++) emitter.on("bench.topic", seen);
  let seq = 0;
  return { publish: (value: number) => void emitter.emit("bench.topic", { seq: ++seq, value }) };
}

/** How fast the last quarter of a backlog is read, beside the first. */
async function drainBacklog(): Promise<number> {
  const [ratios, rates]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const bus = createLocalBus({ drainMs: 0 });
    const reader = bus.subscribe("bench.topic", { maxsize: 0 });
    for (let n = 0; n < BACKLOG; n++) bus.publish("bench.topic", n);
    const marks = [performance.now()];
    let count = 0;
    for await (const _message of reader) {
      if (++count % (BACKLOG / 4) === 0) marks.push(performance.now());
      if (count === BACKLOG) break;
    }
    const [early, late] = [marks[1]! - marks[0]!, marks[4]! - marks[3]!];
    ratios.push(early / late);
    rates.push(BACKLOG / (marks[4]! - marks[0]!) * 1000);
    await bus.close();
  }
  const rate = Math.round(median(rates)).toLocaleString("en");
  console.log(`a backlog of 400,000 is read at ${rate} / s`);
  return median(ratios);
}

/** Each round by itself, so that the machine's changes fall on both sides. */
function ratio(readers: "one" | "eight"): number {
  const [ring, bus] = ["bare ring, for await", "LocalBus, for await"]
    .map((name) => rates.get(name)![readers]);
  return median(bus!.map((value, i) => value / ring![i]!));
}

function printTable(): void {
  const million = (values: readonly number[]) => (median(values) / 1e6).toFixed(2).padStart(8);
  console.log(`\nmillion deliveries / s  ${"1 to 1".padStart(8)}${"1 to 8".padStart(8)}  keeps`);
  for (const { name, keeps } of carriers) {
    const { one, eight } = rates.get(name)!;
    const kept = COLUMNS.filter((_, i) => keeps[i]).join(", ");
    console.log(`${name.padEnd(24)}${million(one)}${million(eight)}  ${kept}`);
  }
  console.log("");
}
