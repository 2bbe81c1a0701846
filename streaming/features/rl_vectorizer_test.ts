import assert from "node:assert/strict";
import { UserError } from "../../core/errors.ts";
import { FEATURE_NAMES } from "./feature_names.ts";
import { RLVectorizer } from "./rl_vectorizer.ts";
import type { TextIndex } from "./text_index.ts";

const hit = (path: string, score: number) => ({ path, start_line: 1, end_line: 2, score });

Deno.test("RLVectorizer.vectorize() tells what the numbers are about", async () => {
  const vectorizer = new RLVectorizer({
    now: () => 1500,
    loadIndex: () => ({ search: () => [hit("a.ts", 0.5), hit("b.ts", 0.25)] }),
  });
  const record = await vectorizer.vectorize("logs.ctx.app", {
    ctx: ["ERROR: no route", "retry"],
    ts: 1.25,
  });
  assert.deepEqual(record, {
    topic: "logs.ctx.app",
    ts: 1.5,
    features: record!.features,
    feature_names: FEATURE_NAMES,
    meta: {
      source_topic: "logs.ctx.app",
      sample: "ERROR: no route\nretry",
      chars: 21,
      lines: 2,
      token_count: 4,
      unique_tokens: 4,
      semantic_hits: [hit("a.ts", 0.5), hit("b.ts", 0.25)],
      tfidf_top1: 0.5,
      tfidf_avg_top3: 0.375,
      novelty: 0.5,
      // printf 'ERROR: no route\nretry' | sha1sum
      digest: "4381d9fc6f826769afd70687e137abc2bd710404",
      payload_keys: ["ctx", "ts"],
      source_ts: 1.25,
    },
  });
});

Deno.test("RLVectorizer.vectorize() trims, cuts by code points, and gives null for nothing", async () => {
  const vectorizer = new RLVectorizer({ maxChars: 3 });
  const record = await vectorizer.vectorize("t", "\n 😀😀😀😀 ");
  assert.equal(record?.meta.sample, "😀😀😀");
  assert.equal(record?.features[0], 1);
  for (const payload of ["", " \n\t", null, undefined, [], { ctx: [] }, { message: "  " }]) {
    assert.equal(await vectorizer.vectorize("t", payload), null);
  }
});

Deno.test("RLVectorizer loads its index again after the interval, and also when the clock goes back", async () => {
  let [time, loads] = [0, 0];
  const vectorizer = new RLVectorizer({
    refreshInterval: 300,
    now: () => time,
    loadIndex: () => {
      const path = `${++loads}`;
      return Promise.resolve({ search: () => [hit(path, 1)] });
    },
  });
  const used = async () => (await vectorizer.vectorize("t", "x"))!.meta.semantic_hits[0]!.path;
  assert.equal(await used(), "1");
  time = 299_999;
  assert.equal(await used(), "1");
  time = 300_000;
  await used();
  assert.equal(await used(), "2");
  time = -1;
  await used();
  assert.equal(await used(), "3");
  assert.equal(loads, 3);
});

Deno.test("RLVectorizer waits for its first index only, and loads it once for many", async () => {
  let [time, loads] = [0, 0];
  const waiting: PromiseWithResolvers<TextIndex>[] = [];
  const vectorizer = new RLVectorizer({
    now: () => time,
    loadIndex: () => {
      loads++;
      waiting.push(Promise.withResolvers<TextIndex>());
      return waiting.at(-1)!.promise;
    },
  });
  const records = [1, 2, 3].map(() => vectorizer.vectorize("t", "x"));
  waiting[0]!.resolve({ search: () => [hit("old", 1)] });
  assert.deepEqual((await Promise.all(records)).map((record) => record!.features[13]), [1, 1, 1]);
  time = 1e9;
  // The second load never ends; the old index serves.
  for (let i = 0; i < 3; i++) {
    const record = await vectorizer.vectorize("t", "x");
    assert.equal(record?.meta.semantic_hits[0]?.path, "old");
  }
  assert.equal(loads, 2);
});

Deno.test("RLVectorizer goes on without an index that cannot be loaded or searched, and says so", async () => {
  let time = 0;
  const parts: (() => TextIndex | undefined)[] = [
    () => {
      throw new UserError("failed", "the store is locked");
    },
    () => ({ search: () => Promise.reject(new Error("torn index")) }),
    () => ({ search: () => [hit("a.ts", 1)] }),
    () => undefined,
  ];
  const vectorizer = new RLVectorizer({ now: () => time, loadIndex: () => parts.shift()!() });
  const seen: unknown[] = [];
  for (let i = 0; i < 4; i++) {
    await vectorizer.vectorize("t", "x");
    const { features, meta } = (await vectorizer.vectorize("t", "x"))!;
    seen.push([features[13], meta.novelty, meta.index_error]);
    time += 300_000;
  }
  assert.deepEqual(seen, [
    [0, 1, "the store is locked"],
    [0, 1, "Error: torn index"],
    [1, 0, undefined],
    [0, 1, undefined],
  ]);
});

Deno.test("RLVectorizer refuses numbers that are none", () => {
  for (const options of [{ maxChars: 0 }, { maxIndexHits: 1.5 }, { refreshInterval: NaN }]) {
    assert.throws(() => new RLVectorizer(options), UserError);
  }
});
