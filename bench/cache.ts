// deno-lint-ignore-file no-console -- a script for the command line
/**
 * The cache in Redis beside the bare client with the same JSON, on a real Redis of its own, one call
 * after another and a hundred at once. Rounds alternate, so both meet the same noise.
 *
 * `deno run -A bench/cache.ts`
 */
import { createClient } from "redis";
import { hasRedis, startRedis } from "../streaming/cache/_test_redis.ts";
import { createMemoryCache, openCache } from "../streaming/cache/mod.ts";
import { check, median } from "./_report.ts";

const ROUNDS = 15;
const CALLS = 2000;
const AT_ONCE = 100;
const VALUE = { text: "x".repeat(150), numbers: [1, 2, 3], ok: true };

/** One call with a key. */
type Call = (key: string) => Promise<unknown>;

if (!hasRedis) Deno.exit(0);
const redis = await startRedis();
const bare = createClient({ url: redis.url, RESP: 2 });
await bare.connect();
const cache = openCache({ url: redis.url });
const memory = createMemoryCache();

const sides: Record<string, Record<"bare" | "ours", Call>> = {
  set: {
    bare: (key) => bare.set(key, JSON.stringify(VALUE)),
    ours: (key) => cache.set(key, VALUE),
  },
  get: {
    bare: async (key) => JSON.parse(await bare.get(key) ?? "null"),
    ours: (key) => cache.get(key),
  },
};

const ratios: Record<string, number[]> = {};
const rates: Record<string, number[]> = {};
for (let round = -1; round < ROUNDS; round++) {
  for (const [name, { bare, ours }] of Object.entries(sides)) {
    for (const [how, run] of [["one by one", oneByOne], [`${AT_ONCE} at once`, atOnce]] as const) {
      const order = round % 2 === 0 ? [bare, ours] : [ours, bare];
      const found = new Map<Call, number>();
      for (const call of order) found.set(call, await rate(() => run(call)));
      if (round < 0) continue;
      (ratios[`${name} ${how}`] ??= []).push(found.get(ours)! / found.get(bare)!);
      (rates[`${name} ${how}: bare`] ??= []).push(found.get(bare)!);
      (rates[`${name} ${how}: ours`] ??= []).push(found.get(ours)!);
    }
  }
  const set = await rate(() => oneByOne((key) => memory.set(key, VALUE)));
  const get = await rate(() => oneByOne((key) => memory.get(key)));
  if (round < 0) continue;
  (rates["memory: set"] ??= []).push(set);
  (rates["memory: get"] ??= []).push(get);
}
await cache.close();
bare.destroy();
await redis[Symbol.asyncDispose]();

for (const [name, values] of Object.entries(rates)) {
  console.log(`${name.padEnd(24)} ${Math.round(median(values)).toLocaleString("en")} / s`);
}
await check(Object.fromEntries(
  Object.entries(ratios).map(([name, values]) => [
    `cache.${name.replace(/ one by one/, "").replace(/ \d+ at once/, "_at_once")}_ratio`,
    { value: median(values), limit: name.includes("at once") ? 0.5 : 0.7, better: "higher" },
  ]),
));

async function oneByOne(call: Call): Promise<void> {
  for (let i = 0; i < CALLS; i++) await call(`key:${i}`);
}

async function atOnce(call: Call): Promise<void> {
  for (let i = 0; i < CALLS; i += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, j) => call(`key:${i + j}`)));
  }
}

async function rate(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return CALLS / (performance.now() - started) * 1000;
}
