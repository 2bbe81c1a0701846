// deno-lint-ignore-file no-console -- a script for the command line
/**
 * The SQLite store beside bare prepared statements of node:sqlite that do the same work in the same
 * run: the same tables and pragmas, JSON included. Rounds alternate, so both meet the same noise.
 *
 * `deno run -A bench/store.ts`
 */
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "../core/store/sqlite.ts";
import { check, median } from "./_report.ts";

const ROUNDS = 15;
const KEYS = 4000;
const BATCH = 1000;
const VALUE = { text: "x".repeat(150), numbers: [1, 2, 3], ok: true };

const folder = await Deno.makeTempDir();
try {
  // The store makes the schema of both files, so that they cannot differ.
  for (const name of ["bare.db", "ours.db"]) {
    await (await openSqliteStore(`${folder}/${name}`)).close();
  }
  const bare = openBare(`${folder}/bare.db`);
  const ours = await openOurs(`${folder}/ours.db`);
  const ratios: Record<"put" | "get" | "append", number[]> = { put: [], get: [], append: [] };
  const rates: Record<string, number[]> = {};
  for (let round = -1; round < ROUNDS; round++) {
    for (const work of ["put", "get", "append"] as const) {
      // Who goes first changes, as the second finds a warmer cache.
      const order = round % 2 === 0 ? [bare, ours] : [ours, bare];
      const found = new Map<unknown, number>();
      for (const side of order) found.set(side, await rate(side[work]));
      if (round < 0) continue;
      ratios[work].push(found.get(ours)! / found.get(bare)!);
      (rates[`${work} bare`] ??= []).push(found.get(bare)!);
      (rates[`${work} ours`] ??= []).push(found.get(ours)!);
    }
  }
  for (const [name, values] of Object.entries(rates)) {
    console.log(`${name.padEnd(12)} ${Math.round(median(values)).toLocaleString("en")} / s`);
  }
  await check({
    "store.get_ratio": { value: median(ratios.get), limit: 0.7, better: "higher" },
    "store.put_ratio": { value: median(ratios.put), limit: 0.7, better: "higher" },
    "store.append_ratio": { value: median(ratios.append), limit: 0.7, better: "higher" },
  });
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** Each does its work once and says how many values that were. */
interface Side {
  put(): Promise<number>;
  get(): Promise<number>;
  append(): Promise<number>;
}

async function rate(work: () => Promise<number>): Promise<number> {
  const started = performance.now();
  const values = await work();
  return values / (performance.now() - started) * 1000;
}

function openBare(path: string): Side {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -16000");
  db.exec("INSERT INTO stream (name) VALUES ('s')");
  const put = db.prepare(
    "INSERT INTO kv VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  const get = db.prepare("SELECT value FROM kv WHERE key = ?");
  const append = db.prepare("INSERT INTO entry VALUES (1, ?, ?, ?)");
  const [begin, commit] = [db.prepare("BEGIN IMMEDIATE"), db.prepare("COMMIT")];
  let offset = 0;
  return {
    put() {
      for (let i = 0; i < KEYS; i++) put.run(`key:${i}`, JSON.stringify(VALUE));
      return Promise.resolve(KEYS);
    },
    get() {
      for (let i = 0; i < KEYS; i++) JSON.parse(get.get(`key:${i}`)!["value"] as string);
      return Promise.resolve(KEYS);
    },
    append() {
      for (let batch = 0; batch < 5; batch++) {
        begin.run();
        for (let i = 0; i < BATCH; i++) append.run(++offset, Date.now(), JSON.stringify(VALUE));
        commit.run();
      }
      return Promise.resolve(5 * BATCH);
    },
  };
}

async function openOurs(path: string): Promise<Side> {
  const store = await openSqliteStore(path);
  const batch = Array.from({ length: BATCH }, () => VALUE);
  return {
    async put() {
      for (let i = 0; i < KEYS; i++) await store.put(`key:${i}`, VALUE);
      return KEYS;
    },
    async get() {
      for (let i = 0; i < KEYS; i++) await store.get(`key:${i}`);
      return KEYS;
    },
    async append() {
      for (let i = 0; i < 5; i++) await store.append("s", batch);
      return 5 * BATCH;
    },
  };
}
