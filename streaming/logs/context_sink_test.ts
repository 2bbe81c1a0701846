import assert from "node:assert/strict";
import { appendFile, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openMemoryStore } from "../../core/store/memory.ts";
import type { Store } from "../../core/store/types.ts";
import { createLocalBus } from "../bus/local_bus.ts";
import { contextSink, type ContextSinkOptions } from "./context_sink.ts";
import type { TailPosition } from "./file_position.ts";
import { FileTailer } from "./file_tailer.ts";

async function setup(options: Partial<ContextSinkOptions> = {}, store: Store = openMemoryStore()) {
  const root = await realpath(await mkdtemp(join(tmpdir(), "context-")));
  const path = join(root, "app.log");
  const bus = createLocalBus({ drainMs: 100 });
  const contexts = bus.subscribe<{ ctx: string[] }>("logs.ctx.app");
  const open = (more: Partial<ContextSinkOptions> = {}) =>
    contextSink<TailPosition>(bus, {
      store,
      key: "tail:app",
      topic: "logs.ctx.app",
      windowSec: 0.05,
      before: 1,
      ...options,
      ...more,
    });
  return {
    path,
    bus,
    store,
    open,
    next: async () => (await contexts.get({ timeoutMs: 3_000 }))?.value.ctx,
    async [Symbol.asyncDispose]() {
      await bus.close();
      await rm(root, { recursive: true });
    },
  };
}

Deno.test("contextSink() sends hits with their traces and a line before, soon after they came", async () => {
  await using it = await setup();
  await writeFile(it.path, "INFO a\nINFO b\nERROR c\n    at f (x.ts:1)\nINFO d\n");
  await using sink = it.open();
  await using _ = await FileTailer.open(it.path, sink, { fromStart: true });
  assert.deepEqual(await it.next(), ["INFO b", "ERROR c", "    at f (x.ts:1)"]);
});

Deno.test("contextSink() goes on where it was, and gives no line twice", async () => {
  await using it = await setup();
  await writeFile(it.path, "ERROR one\n");
  {
    const sink = it.open();
    const tailer = await FileTailer.open(it.path, sink, { fromStart: true });
    assert.deepEqual(await it.next(), ["ERROR one"]);
    await tailer.stop();
    await sink.close();
  }
  await appendFile(it.path, "ERROR two\n");
  const sink = it.open();
  const tailer = await FileTailer.open(it.path, sink);
  assert.deepEqual(await it.next(), ["ERROR two"]);
  await tailer.stop();
  await sink.close();
});

Deno.test("contextSink() sends at the start what a crash left in the outbox, with the same id", async () => {
  await using it = await setup();
  await writeFile(it.path, "");
  const left = { id: "left", value: { ctx: ["ERROR left"], ts: 1, last: 1 } };
  await it.store.put("tail:app:outbox", left);
  const seen = it.bus.subscribe("logs.ctx.app");
  const sink = it.open();
  const tailer = await FileTailer.open(it.path, sink);
  assert.equal((await seen.get({ timeoutMs: 3_000 }))?.id, "left");
  assert.equal(await it.store.get("tail:app:outbox"), undefined);
  await tailer.stop();
  await sink.close();
});

Deno.test("contextSink() keeps lines of an open window for the next start when it is killed", async () => {
  await using it = await setup({ windowSec: 60 });
  await writeFile(it.path, "ERROR held\n");
  // Never closed: as after a kill.
  const killed = it.open();
  const tailer = await FileTailer.open(it.path, killed, { fromStart: true });
  await tailer.stop();
  const sink = it.open();
  const again = await FileTailer.open(it.path, sink, { fromStart: true });
  await again.stop();
  await sink.close();
  assert.deepEqual(await it.next(), ["ERROR held"]);
});

Deno.test("contextSink() tries again when the bus cannot take it", async () => {
  await using it = await setup();
  let failures = 2;
  const bus = new Proxy(it.bus, {
    get: (target, name) =>
      name === "send" && failures-- > 0
        ? () => Promise.reject(new Error("broker is away"))
        : Reflect.get(target, name).bind(target),
  });
  const errors: unknown[] = [];
  await writeFile(it.path, "ERROR x\n");
  const sink = contextSink<TailPosition>(bus, {
    store: it.store,
    key: "k",
    topic: "logs.ctx.app",
    windowSec: 0.01,
    onError: (error) => void errors.push(error),
    clock: { now: Date.now, elapsed: () => performance.now(), sleep: () => Promise.resolve() },
  });
  const tailer = await FileTailer.open(it.path, sink, { fromStart: true });
  assert.deepEqual(await it.next(), ["ERROR x"]);
  assert.equal(errors.length, 2);
  await tailer.stop();
  await sink.close();
});

Deno.test("contextSink() holds what the store does not take, and keeps it once it does", async () => {
  const disk = { full: false };
  await using it = await setup({ windowSec: 0.01 }, storeOn(disk));
  const errors: unknown[] = [];
  await writeFile(it.path, "");
  const clock = { now: Date.now, elapsed: () => performance.now(), sleep: () => pause(20) };
  const sink = it.open({ clock, onError: (error) => void errors.push(error) });
  const tailer = await FileTailer.open(it.path, sink, { fromStart: true });
  disk.full = true;
  await appendFile(it.path, "ERROR one\n");
  while (errors.length === 0) await pause(5);
  await appendFile(it.path, "ERROR two\n");
  await pause(50);
  disk.full = false;
  assert.deepEqual(await it.next(), ["ERROR one"]);
  assert.deepEqual(await it.next(), ["ERROR two"]);
  await tailer.stop();
  await sink.close();
});

Deno.test("contextSink() asked to end while the store is full ends, and the next start reads it again", async () => {
  const disk = { full: false };
  await using it = await setup({ windowSec: 0.01, maxLines: 1 }, storeOn(disk));
  const ending = new AbortController();
  const failed = Promise.withResolvers<void>();
  await writeFile(it.path, "");
  const sink = it.open({ signal: ending.signal, onError: () => failed.resolve() });
  const tailer = await FileTailer.open(it.path, sink, { fromStart: true });
  disk.full = true;
  await appendFile(it.path, "ERROR one\n");
  await failed.promise;
  await appendFile(it.path, "ERROR two\n");
  ending.abort();
  await tailer.stop();
  disk.full = false;
  await sink.close();
  const again = it.open();
  await using _ = await FileTailer.open(it.path, again);
  assert.deepEqual(await it.next(), ["ERROR one", "ERROR two"]);
});

Deno.test("contextSink() leaves out nothing of what comes at once, and cuts what is too long", async () => {
  await using it = await setup({ maxLines: 10, before: 0 });
  const all = Array.from({ length: 3_000 }, (_, n) => `ERROR ${n}`);
  await writeFile(it.path, `${all.join("\n")}\nERROR ${"x".repeat(50_000)}\n`);
  await using sink = it.open();
  await using _ = await FileTailer.open(it.path, sink, { fromStart: true });
  const got: string[] = [];
  while (got.length <= 3_000) got.push(...await it.next() ?? assert.fail(`${got.length}`));
  assert.deepEqual(got.slice(0, 3_000), all);
  assert.match(got[3_000]!, /^ERROR x{16378}… \(33622 characters more\)$/);
});

Deno.test("contextSink() masks secrets before anything is kept or sent", async () => {
  await using it = await setup({ before: 0 });
  const key = `sk-${"a1B2c3D4".repeat(5)}`;
  await writeFile(it.path, `ERROR one ${key}\nERROR two\n`);
  await using sink = it.open();
  await using _ = await FileTailer.open(it.path, sink, { fromStart: true });
  assert.deepEqual(await it.next(), ["ERROR one [redacted]", "ERROR two"]);
});

Deno.test("contextSink() goes on where another moved its position to", async () => {
  await using it = await setup();
  await writeFile(it.path, "ERROR one\n");
  const sink = it.open({ windowSec: 60 });
  const tailer = await FileTailer.open(it.path, sink, { fromStart: true });
  const other = it.open();
  const othersTailer = await FileTailer.open(it.path, other, { fromStart: true });
  assert.deepEqual(await it.next(), ["ERROR one"]);
  await othersTailer.stop();
  await other.close();
  await sink.flush();
  await appendFile(it.path, "ERROR two\n");
  while (tailer.metrics().lines < 2) await pause(5);
  await sink.flush();
  assert.deepEqual(await it.next(), ["ERROR two"]);
  await tailer.stop();
  await sink.close();
});

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A store that takes nothing while its disk is full. */
function storeOn(disk: { readonly full: boolean }): Store {
  return new Proxy(openMemoryStore(), {
    get: (store, name) =>
      name === "commit" && disk.full
        ? () => Promise.reject(new Error("disk is full"))
        : Reflect.get(store, name).bind(store),
  });
}

Deno.test("contextSink() puts much into several messages, each small enough for a broker", async () => {
  await using it = await setup();
  const big = `ERROR ${"x".repeat(1_000)}`;
  await writeFile(it.path, `${`${big}\n`.repeat(300)}ERROR ${"y".repeat(300_000)}\n`);
  const sink = it.open();
  const tailer = await FileTailer.open(it.path, sink, { fromStart: true });
  let lines = 0;
  while (lines < 301) {
    const ctx = (await it.next())!;
    assert.ok(JSON.stringify(ctx).length < 700_000);
    lines += ctx.length;
  }
  assert.equal(lines, 301);
  await tailer.stop();
  await sink.close();
});

Deno.test("contextSink() ends soon while the bus takes nothing, and sends it at the next start", async () => {
  await using it = await setup({ windowSec: 0.01 });
  const bus = new Proxy(it.bus, {
    get: (target, name) =>
      name === "send"
        ? (_topic: string, _value: unknown, { signal }: { signal: AbortSignal }) =>
          new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))
        : Reflect.get(target, name).bind(target),
  });
  await writeFile(it.path, "ERROR one\n");
  const away = contextSink<TailPosition>(bus, {
    store: it.store,
    key: "tail:app",
    topic: "logs.ctx.app",
    windowSec: 0.01,
  });
  const tailer = await FileTailer.open(it.path, away, { fromStart: true });
  await new Promise((done) => setTimeout(done, 100));
  await appendFile(it.path, "ERROR two\n");
  const began = performance.now();
  await Promise.all([tailer.stop(), away.close()]);
  assert.ok(performance.now() - began < 4_000);
  const sink = it.open();
  const again = await FileTailer.open(it.path, sink);
  assert.deepEqual(await it.next(), ["ERROR one"]);
  assert.deepEqual(await it.next(), ["ERROR one", "ERROR two"].slice(1));
  await again.stop();
  await sink.close();
});
