import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { openMemoryStore } from "../core/store/memory.ts";
import { createEventBus } from "../streaming/events/event_bus.ts";
import { ask, post } from "./_testing.ts";
import { createApp } from "./app.ts";
import type { RequestLine } from "./middleware/request_line.ts";

const PATHS = [
  ...["/", "/health", "/ready", "/deploy", "/containers", "/code", "/metrics", "/auto"],
  ...["/api/events/tail", "/api/events/export", "/api/events/stream"],
  ...["/api/bus-metrics", "/api/rl-metrics"],
];

Deno.test("an app of nothing answers every path, and makes nothing up", async () => {
  const app = createApp();
  const found: Record<string, number> = {};
  for (const path of PATHS) {
    const response = await ask(app, path);
    found[path] = response.status;
    if (path !== "/") assert.match(response.headers.get("content-type")!, /^application\/json/);
    const text = await response.text();
    assert.equal(response.status === 501, text.includes('{"error":"no '), path);
  }
  const missing = PATHS.filter((path) => found[path] === 501);
  assert.deepEqual(missing, PATHS.filter((path) => /^\/(?:containers|api)/.test(path)));
  assert.ok(PATHS.every((path) => [200, 501].includes(found[path]!)));
});

Deno.test("what is not there is 404, what is there otherwise 405 with Allow, both as JSON", async () => {
  const app = createApp({ events: createEventBus() });
  const json = async (response: Response) => [response.status, await response.json()];
  assert.deepEqual(await json(await ask(app, "/nowhere?x=1")), [
    404,
    { error: "not found", path: "/nowhere" },
  ]);
  assert.equal((await ask(app, "/health/")).status, 404);
  for (
    const [method, path, allow] of [
      ["POST", "/health", "GET, HEAD"],
      ["DELETE", "/containers", "GET, HEAD"],
      ["GET", "/api/events", "POST"],
      ["PUT", "/api/events/export", "GET, HEAD, POST"],
      ["OPTIONS", "/metrics", "GET, HEAD"],
    ] as const
  ) {
    const response = await ask(app, path, { method });
    assert.deepEqual([response.status, response.headers.get("allow")], [405, allow], path);
    assert.equal((await response.json()).error, "method not allowed");
  }
  // A query has no say in where a request goes.
  assert.equal((await ask(app, "/health?path=/code&token=x")).status, 200);
  assert.equal((await ask(app, "/%2e%2e/health")).status, 200);
  const head = await ask(app, "/containers", { method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [501, ""]);
});

Deno.test("/metrics is JSON, or Prometheus text for who prefers that", async () => {
  const app = createApp({ lmCircuit: () => ({ open: false, next_retry_sec: 0 }) });
  const type = async (accept: string, query = "") => {
    const response = await ask(app, `/metrics${query}`, { headers: { accept } });
    await response.text();
    return response.headers.get("content-type")!.split(";")[0];
  };
  const scraper =
    "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1";
  const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  assert.equal(await type("*/*"), "application/json");
  assert.equal(await type(browser), "application/json");
  assert.equal(await type("text/plain;q=0.5, application/json"), "application/json");
  assert.equal(await type(scraper), "text/plain");
  assert.equal(await type("text/plain"), "text/plain");
  assert.equal(await type("*/*", "?format=prometheus"), "text/plain");
  assert.equal(await type("text/plain", "?format=json"), "application/json");
  const text = await (await ask(app, "/metrics?format=prometheus")).text();
  assert.match(text, /^dspy_requests_total\{route="\/metrics",status="200"\} 7$/m);
  assert.match(text, /^dspy_lm_circuit_open 0$/m);
});

Deno.test("POST /api/events stamps what comes and says what is wrong with the rest", async () => {
  const events = createEventBus({ now: () => 5_000 });
  const app = createApp({ events });
  const sent = await post(app, "/api/events", {
    topic: "ui.action",
    event: { action: "open", origin: "mine", ip: "1.2.3.4" },
    meta: { user: "ann" },
  });
  assert.deepEqual([sent.status, await sent.json()], [200, { ok: true }]);
  const [record] = events.memoryTail("ui.action") as Record<string, unknown>[];
  assert.deepEqual(record!.event, { action: "open", origin: "frontend", ip: "127.0.0.1" });
  assert.deepEqual([record!.user, record!.ts, record!.topic], ["ann", 5, "ui.action"]);
  assert.deepEqual([record!.caller, record!.hostname], [null, undefined]);
  for (
    const [body, error] of [
      [{ event: {} }, "missing topic or event"],
      [{ topic: "ui.action" }, "missing topic or event"],
      [{ topic: "ui.action", event: [] }, "missing topic or event"],
      [{ topic: 7, event: {} }, "missing topic or event"],
      [{ topic: "agent.secret", event: {} }, "topic not allowed"],
      [{ topic: "events.other", event: {} }, "topic not allowed"],
      [{ topic: "ui.action", event: {}, meta: 7 }, "meta is no object"],
      [
        { topic: "ui.action", event: {}, meta: { topic: "agent.action" } },
        "meta may not say topic",
      ],
      [{ topic: "ui.action", event: {}, meta: { event: {} } }, "meta may not say event"],
      ["{", "the body is no JSON"],
      ["", "the body is no JSON"],
      ["[]", "the body is no JSON object"],
      ["null", "the body is no JSON object"],
      [
        `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
        "the body is nested more than 64 deep",
      ],
      [`{"topic":"ui.action","event":{"text":"${"[".repeat(1_000)}\\"[["}}`, undefined],
    ] as const
  ) {
    const response = await post(app, "/api/events", body);
    const answer = await response.json();
    assert.deepEqual([response.status, answer.error], [error ? 400 : 200, error]);
  }
  assert.equal(events.memoryLastSeq("ui.action"), 2);
});

Deno.test("tail filters before it limits, and looks into the file when nothing is in memory", async () => {
  const events = createEventBus();
  const files = {
    async *lines(name: string) {
      assert.equal(name, "old_topic.jsonl");
      yield* ['{"n":1,"ts":1}', "no json", '{"n":2,"ts":2}'];
    },
  };
  const app = createApp({ events, eventFiles: files, now: () => 5_000 });
  const tail = async (query: string) => await (await ask(app, `/api/events/tail?${query}`)).json();
  for (let n = 0; n < 300; n++) events.publish("a", { n, rare: n === 7, ts: n });
  assert.deepEqual(await tail("topic=a&limit=2"), {
    ...{
      topic: "a",
      limit: 2,
      items: [{ n: 298, rare: false, ts: 298 }, { n: 299, rare: false, ts: 299 }],
    },
    ...{ count: 2, timestamp: 5 },
  });
  assert.deepEqual((await tail("topic=a&key=rare&value=true&limit=1&field=n")).items, [{ n: 7 }]);
  assert.equal((await tail("topic=a")).count, 50);
  assert.equal((await tail("topic=a&limit=5000")).limit, 1000);
  assert.equal((await tail("topic=a&limit=0")).limit, 1);
  assert.equal((await tail("topic=a&since=10&until=11")).count, 2);
  assert.deepEqual((await tail("topic=old.topic")).items, [
    ...[{ n: 1, ts: 1 }, { raw: "no json" }, { n: 2, ts: 2 }],
  ]);
  for (
    const [query, error] of [
      ["", /^missing topic$/],
      ["topic=", /^missing topic$/],
      ["topic=../etc/passwd", /is no topic/],
      ["topic=a*", /is no topic/],
      [`topic=${"a".repeat(200)}`, /is no topic/],
      ["topic=a&limit=many", /^limit is "many"/],
      ["topic=a&limit=1e3", /^limit is/],
      ["topic=a&q=(a%2B)%2B$", /takes too long/],
      ["topic=a&q=(", /./],
      ["topic=a&since=soon", /is no number/],
    ] as const
  ) {
    const response = await ask(app, `/api/events/tail?${query}`);
    assert.equal(response.status, 400, query);
    assert.match((await response.json()).error, error, query);
  }
});

Deno.test("export gives a line for each record, by GET and POST alike", async () => {
  const events = createEventBus();
  const app = createApp({ events });
  for (let n = 0; n < 3; n++) events.publish("a", { n });
  events.publish("b", "text\nof two lines");
  const get = await ask(app, "/api/events/export?topics=a,b,a&limit=2&download=1");
  const lines = '{"topic":"a","record":{"n":1}}\n{"topic":"a","record":{"n":2}}\n' +
    '{"topic":"b","record":"text\\nof two lines"}\n';
  assert.equal(await get.text(), lines);
  assert.equal(get.headers.get("content-type"), "application/x-ndjson");
  assert.equal(get.headers.get("content-disposition"), 'attachment; filename="events_a_b.jsonl"');
  const posted = await post(app, "/api/events/export", { topics: ["a", "b"], limit: 2 });
  assert.equal(await posted.text(), lines);
  assert.equal(posted.headers.get("content-disposition"), null);
  const filtered = await post(app, "/api/events/export", { topic: "a", key: ["n"], value: [1] });
  assert.equal(await filtered.text(), '{"topic":"a","record":{"n":1}}\n');
  assert.equal(await (await ask(app, "/api/events/export?topic=none")).text(), "");
  const missing = await ask(app, "/api/events/export");
  assert.deepEqual([missing.status, await missing.json()], [400, { error: "missing topic(s)" }]);
  const wrong = await post(app, "/api/events/export", { topic: "a", key: { a: 1 } });
  assert.match((await wrong.json()).error, /"key" is no text or number/);
});

Deno.test("the page has its headers, and a source that fails is 500 without a word of why", async () => {
  const told: unknown[] = [];
  const store = {
    ...openMemoryStore(),
    list: () => Promise.reject(new Error("ENOENT /home/ann/secret")),
    get: () => Promise.reject(new Error("ENOENT /home/ann/secret")),
  };
  const app = createApp({ store, onError: (error) => told.push(error) });
  const page = await ask(createApp(), "/");
  assert.equal(page.status, 200);
  const policy = page.headers.get("content-security-policy")!;
  const [, script] = /^default-src 'none'; script-src 'sha256-([^']+)'; style-src 'sha256-/.exec(
    policy,
  )!;
  assert.match(policy, /frame-ancestors 'none'/);
  const [, text] = /<script>([^]*)<\/script>/.exec(await page.text())!;
  assert.equal(createHash("sha256").update(text!).digest("base64"), script);
  assert.equal(page.headers.get("x-frame-options"), "DENY");
  assert.equal(page.headers.get("cache-control"), "no-store");
  for (const path of ["/containers", "/deploy", "/code", "/"]) {
    const response = await ask(app, path);
    const { error, id } = await response.json();
    assert.deepEqual([response.status, error], [500, "internal error"], path);
    assert.equal(id, response.headers.get("x-request-id"));
  }
  assert.equal(told.length, 4);
  assert.match(String(told[0]), /secret/);
});

Deno.test("each request is a line of the log, without its query and with its id", async () => {
  const lines: RequestLine[] = [];
  const app = createApp({ log: (line) => lines.push(line), now: () => 5_000 });
  await ask(app, "/health?token=hush");
  const { headers } = await ask(app, `/nowhere/${"x".repeat(500)}`);
  await ask(app, "/containers", { connection: {} });
  const [health, nowhere, denied] = lines;
  const { duration_ms, ...context } = health!.context;
  assert.ok(duration_ms >= 0);
  assert.deepEqual(context, { method: "GET", path: "/health", status: 200, peer: "127.0.0.1" });
  assert.deepEqual([health!.ts, health!.level, health!.message], [5, "INFO", "GET /health 200"]);
  assert.equal(nowhere!.trace_id, headers.get("x-request-id"));
  assert.ok(nowhere!.level === "WARNING" && nowhere!.context.path.length === 201);
  assert.deepEqual([denied!.context.status, denied!.context.peer], [401, null]);
  assert.doesNotMatch(JSON.stringify(lines), /hush/);
});
