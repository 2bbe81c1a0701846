// The wrappers: retry, timeout, cache, meter, circuit breaker.
import assert from "node:assert/strict";
import { cached, type LMCache } from "./cached.ts";
import { circuitBreaker } from "./circuit_breaker.ts";
import { compose } from "./compose.ts";
import { LMError, type LMErrorKind } from "./lm_error.ts";
import { metered } from "./metered.ts";
import { ollamaLM } from "./ollama_lm.ts";
import { requestKey } from "./request_key.ts";
import { retry } from "./retry.ts";
import { scriptedLM, type ScriptedReply } from "./scripted_lm.ts";
import { jsonLines, testServer } from "./_test_server.ts";
import { timeout } from "./timeout.ts";
import type { LM, LMDelta, LMRequest } from "./types.ts";
import { addUsage, NO_USAGE } from "./usage.ts";

const ASK: LMRequest = { messages: [{ role: "user", content: "Greet me." }] };

async function failure(promise: Promise<unknown>): Promise<LMError> {
  const error = await promise.then(() => assert.fail("it should fail"), (error) => error);
  assert.ok(error instanceof LMError, String(error));
  return error;
}

function failing(kind: LMErrorKind, more = {}): LMError {
  return new LMError(kind, kind, more);
}

/** Answers only when the signal fires. */
function silent(id = "scripted/silent"): LM {
  return scriptedLM(
    ({ signal }) =>
      new Promise((_, reject) =>
        signal?.addEventListener("abort", () => reject(failing("aborted")), { once: true })
      ),
    { id },
  );
}

Deno.test("compose() puts the first wrapper innermost", async () => {
  const order: string[] = [];
  const wrap = (name: string) => (lm: LM): LM => ({
    ...lm,
    call: (request) => {
      order.push(name);
      return lm.call(request);
    },
  });
  await compose(scriptedLM(["ok"]), wrap("inner"), wrap("outer")).call(ASK);
  assert.deepEqual(order, ["outer", "inner"]);
});

Deno.test("retry() sends again what may pass, with full jitter, and nothing else", async () => {
  const waits: number[] = [];
  const options = {
    tries: 4,
    random: () => 0.5,
    sleep: (ms: number) => Promise.resolve(void waits.push(ms)),
  };
  const kinds: LMErrorKind[] = ["rate", "server", "network"];
  const lm = compose(scriptedLM([...kinds.map((kind) => failing(kind)), "ok"]), retry(options));
  const { text, usage } = await lm.call(ASK);
  assert.equal(text, "ok");
  assert.equal(usage.requests, 4);
  assert.deepEqual(waits, [250, 500, 1000]);

  for (const kind of ["auth", "context", "refused", "aborted"] as const) {
    const error = await failure(
      compose(scriptedLM([failing(kind), "ok"]), retry(options)).call(ASK),
    );
    assert.equal(error.lmKind, kind);
  }
  const late = compose(
    scriptedLM(Array(9).fill(failing("timeout"))),
    retry({ ...options, tries: 3 }),
  );
  assert.equal((await failure(late.call(ASK))).lmKind, "timeout");
  assert.equal(waits.length, 5);
});

Deno.test("retry() caps its waits, and takes a longer Retry-After at its word", async () => {
  const waits: number[] = [];
  const sleep = (ms: number) => Promise.resolve(void waits.push(ms));
  const options = { tries: 9, random: () => 1, sleep, capMs: 4_000 };
  await compose(scriptedLM([...Array(7).fill(failing("server")), "ok"]), retry(options)).call(ASK);
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 4000, 4000, 4000]);
  const busy = failing("rate", { retryAfterMs: 60_000 });
  assert.equal(await failure(compose(scriptedLM([busy, "ok"]), retry(options)).call(ASK)), busy);
  assert.equal(waits.length, 7);
});

Deno.test("retry() does not send again what has already shown text", async () => {
  let calls = 0;
  const lm = scriptedLM((request) => {
    if (++calls === 1) request.onDelta?.({});
    else request.onDelta?.({ text: "He" });
    return failing("network");
  });
  const sleep = () => Promise.resolve();
  await failure(compose(lm, retry({ sleep, tries: 9 })).call({ ...ASK, onDelta() {} }));
  assert.equal(calls, 2);
});

Deno.test("retry() stops waiting when it is told to", async () => {
  const lm = compose(
    scriptedLM([failing("server"), "ok"]),
    retry({ baseMs: 20_000, random: () => 1 }),
  );
  const error = await failure(lm.call({ ...ASK, signal: AbortSignal.timeout(20) }));
  assert.equal(error.lmKind, "aborted");
});

Deno.test("timeout() ends a whole request, tells it apart from an end by the caller, and retries", async () => {
  const error = await failure(compose(silent(), timeout(20)).call(ASK));
  assert.equal(error.lmKind, "timeout");
  const ended = compose(silent(), timeout(5_000)).call({ ...ASK, signal: AbortSignal.timeout(20) });
  assert.equal((await failure(ended)).lmKind, "aborted");
  let calls = 0;
  const second = scriptedLM((request) => calls++ === 0 ? silent().call(request) : "ok");
  const lm = compose(second, timeout(20), retry({ sleep: () => Promise.resolve() }));
  assert.equal((await lm.call(ASK)).text, "ok");
  assert.throws(() => timeout(0), { name: "UserError" });
});

Deno.test("timeout() counts silence, not length: a slow stream may go on, a stuck one may not", async () => {
  const part = { message: { content: "a" } };
  const done = { message: { content: "" }, done: true, prompt_eval_count: 1, eval_count: 1 };
  const streams: [unknown[], LMErrorKind | undefined][] = [
    [[40, part, 40, part, 40, part, 40, done], undefined],
    [[300, part, done], "timeout"],
    [[part, 300, done], "timeout"],
  ];
  for (const [parts, kind] of streams) {
    await using server = testServer(({ path }) =>
      path === "/api/show" ? Response.json({}) : jsonLines(...parts)
    );
    const model = ollamaLM({ model: "m", host: server.url });
    await model.info!();
    const call = compose(model, timeout(120)).call({ ...ASK, onDelta() {} });
    if (kind === undefined) assert.equal((await call).text, "aaa");
    else assert.equal((await failure(call)).lmKind, kind);
  }
});

Deno.test("timeout() leaves no timer and no listener behind", { sanitizeOps: true }, async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners++;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners--;
    removeEventListener.apply(signal, args);
  };
  const lm = compose(scriptedLM(["ok"]), timeout(60_000), retry());
  assert.equal((await lm.call({ ...ASK, signal })).text, "ok");
  assert.equal(listeners, 0);
});

Deno.test("timeout() holds for info as well", async () => {
  const lm: LM = { ...silent(), info: () => new Promise(() => {}) };
  assert.equal((await failure(compose(lm, timeout(20)).info!())).lmKind, "timeout");
});

Deno.test("requestKey() depends on what changes the reply and on nothing else", async () => {
  const lm = scriptedLM([]);
  const key = (more: Partial<LMRequest>, by: LM = lm) => requestKey(by, { ...ASK, ...more });
  const base = await key({});
  assert.match(base, /^[0-9a-f]{64}$/);
  assert.equal(await key({ onDelta() {}, signal: AbortSignal.abort(), params: {} }), base);
  const schema = { type: "object", required: [] };
  assert.equal(
    await key({ schema, params: { seed: 1, temperature: 0 } }),
    await key({ schema: { required: [], type: "object" }, params: { temperature: 0, seed: 1 } }),
  );
  const tool = { name: "a", description: "b", parameters: {} };
  const others = [
    await key({ schema }),
    await key({ tools: [tool] }),
    await key({ params: { rollout: 1 } }),
    await key({ messages: [{ role: "system", content: "Greet me." }] }),
    await key({ messages: [{ role: "assistant", content: "Greet me." }] }),
    await key({
      messages: [{
        role: "assistant",
        content: "Greet me.",
        toolCalls: [{ id: "", name: "", arguments: "" }],
      }],
    }),
    await key({ messages: [{ role: "tool", content: "Greet me.", call: "1", name: "a" }] }),
    await key({}, scriptedLM([], { id: "other" })),
    await key({}, { ...lm, params: { temperature: 1 } }),
  ];
  assert.equal(new Set([base, ...others]).size, others.length + 1);
});

Deno.test("cached() answers again without a call, until it is too old", async () => {
  const store = new Map<string, string>();
  let now = 1000;
  const lm = compose(scriptedLM(["one", "two"]), cached(store, { ttlMs: 100, now: () => now }));
  assert.equal((await lm.call(ASK)).cached, false);
  const deltas: LMDelta[] = [];
  const again = await lm.call({ ...ASK, onDelta: (delta) => deltas.push(delta) });
  assert.deepEqual([again.text, again.cached, again.usage], ["one", true, NO_USAGE]);
  assert.deepEqual(deltas, [{ text: "one" }]);
  now += 101;
  assert.equal((await lm.call(ASK)).text, "two");
  assert.equal((await failure(lm.call({ ...ASK, params: { rollout: 1 } }))).lmKind, "refused");
});

Deno.test("cached() keeps no errors and no cut replies, and lives with a broken cache", async () => {
  const replies: ScriptedReply[] = [failing("server"), { text: "cut", finish: "length" }, "whole"];
  const lm = compose(scriptedLM(replies), cached(new Map<string, string>()));
  await failure(lm.call(ASK));
  assert.equal((await lm.call(ASK)).text, "cut");
  assert.equal((await lm.call(ASK)).text, "whole");
  assert.equal((await lm.call(ASK)).cached, true);

  const broken: LMCache = {
    get: () => Promise.reject(new Error("disk")),
    set: () => {
      throw new Error("disk");
    },
  };
  const nonsense: LMCache = { get: () => "{nonsense", set() {} };
  for (const cache of [broken, nonsense]) {
    const two = compose(scriptedLM(["one", "two"]), cached(cache));
    assert.equal((await two.call(ASK)).text, "one");
    assert.equal((await two.call(ASK)).text, "two");
  }
});

Deno.test("cached() shares a request under way, which ends when all have given up", async () => {
  let calls = 0;
  let ended = 0;
  const slow = scriptedLM(({ signal }) => {
    calls++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve("ok"), 60);
      signal?.addEventListener("abort", () => {
        ended++;
        clearTimeout(timer);
        reject(failing("aborted"));
      });
    });
  });
  const lm = compose(slow, cached(new Map<string, string>()));
  const impatient = lm.call({ ...ASK, signal: AbortSignal.timeout(10) });
  const [one, two] = [lm.call(ASK), lm.call(ASK)];
  assert.equal((await failure(impatient)).lmKind, "aborted");
  assert.deepEqual([(await one).text, (await two).usage], ["ok", NO_USAGE]);
  assert.deepEqual([calls, ended], [1, 0]);

  const controller = new AbortController();
  const ask = { ...ASK, params: { rollout: 1 }, signal: controller.signal };
  const both = [failure(lm.call(ask)), failure(lm.call(ask))];
  await new Promise((resolve) => setTimeout(resolve, 10));
  controller.abort();
  const next = lm.call({ ...ask, signal: new AbortController().signal });
  await Promise.all(both);
  assert.equal((await next).text, "ok");
  assert.deepEqual([calls, ended], [3, 1]);
});

Deno.test("metered() adds up and prices what is priced, cached tokens apart", async () => {
  const meter = { total: NO_USAGE };
  const usage = { inputTokens: 1000, outputTokens: 100, cachedTokens: 600, requests: 1 };
  const prices = { "scripted/lm": { input: 2, output: 10, cachedInput: 0.5 } };
  const lm = compose(
    scriptedLM([{ usage }, { usage }, failing("server")]),
    metered(meter, { prices }),
  );
  const { usage: { usd } } = await lm.call(ASK);
  assert.ok(Math.abs(usd! - (400 * 2 + 600 * 0.5 + 100 * 10) / 1e6) < 1e-12);
  await lm.call(ASK);
  await failure(lm.call(ASK));
  assert.equal(meter.total.usd, 2 * usd!);
  assert.equal(meter.total.requests, 2);
  const other = compose(scriptedLM([{ usage }], { id: "other" }), metered(meter, { prices }));
  assert.equal((await other.call(ASK)).usage.usd, undefined);
});

Deno.test("addUsage() keeps an estimate an estimate", () => {
  assert.deepEqual(addUsage({ ...NO_USAGE, estimated: true, usd: 1 }, NO_USAGE), {
    ...NO_USAGE,
    usd: 1,
    estimated: true,
  });
  assert.equal("usd" in addUsage(NO_USAGE, NO_USAGE), false);
});

Deno.test("circuitBreaker() opens after failures in a row and tries once after the pause", async () => {
  let now = 0;
  let calls = 0;
  let next: ScriptedReply = failing("server");
  const inner = scriptedLM(() => {
    calls++;
    return next;
  });
  const told: (number | undefined)[] = [];
  const lm = compose(
    inner,
    circuitBreaker({
      failures: 2,
      coolDownMs: 100,
      now: () => now,
      onChange: (until) => told.push(until),
    }),
  );
  await failure(lm.call(ASK));
  next = failing("refused");
  await failure(lm.call(ASK));
  next = failing("network");
  await failure(lm.call(ASK));
  await failure(lm.call(ASK));
  now = 40;
  const open = await failure(lm.call(ASK));
  assert.deepEqual([calls, open.lmKind, open.retryAfterMs], [4, "server", 60]);
  now = 100;
  const both = await Promise.allSettled([lm.call(ASK), lm.call(ASK)]);
  assert.deepEqual([calls, both.map(({ status }) => status)], [5, ["rejected", "rejected"]]);
  now = 199;
  await failure(lm.call(ASK));
  assert.equal(calls, 5);
  now = 200;
  next = "ok";
  assert.equal((await lm.call(ASK)).text, "ok");
  assert.equal((await lm.call(ASK)).text, "ok");
  assert.deepEqual(told, [100, 200, undefined]);
});

Deno.test("circuitBreaker() opens for a server that only tells of itself, and for one that does not", async () => {
  const { can } = scriptedLM([]);
  for (const isTold of [true, false]) {
    const inner: LM = {
      id: "m",
      can,
      call: () => Promise.reject(failing("server")),
      info: () => isTold ? Promise.resolve({ can }) : Promise.reject(failing("network")),
    };
    const told: (number | undefined)[] = [];
    const lm = circuitBreaker({
      failures: 3,
      now: () => 0,
      onChange: (until) => told.push(until),
    })(inner);
    for (let i = 0; i < 3; i++) {
      await lm.info!().catch(() => {});
      if (isTold) await failure(lm.call(ASK));
    }
    assert.deepEqual(told, [30_000]);
    assert.match((await failure(lm.info!())).message, /left alone/);
  }
});

Deno.test("wrappers show what the inner model has learned", async () => {
  await using server = testServer(() => Response.json({ capabilities: ["tools"] }));
  const meter = { total: NO_USAGE };
  const lm = compose(
    ollamaLM({ model: "m", host: server.url }),
    timeout(),
    retry(),
    circuitBreaker(),
    cached(new Map<string, string>()),
    metered(meter),
  );
  assert.equal(lm.can.tools, false);
  await lm.info!();
  assert.equal(lm.can.tools, true);
});
