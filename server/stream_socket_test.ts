import assert from "node:assert/strict";
import { createEventBus } from "../streaming/events/event_bus.ts";
import { createApp } from "./app.ts";
import { serveApp } from "./main.ts";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const HEAD = "GET /api/events/stream?topic=a&follow=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

/** Reads a stream of events until it has so many messages. */
async function* messages(response: Response): AsyncGenerator<string> {
  let text = "";
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const whole = text.split("\n\n");
    text = whole.pop()!;
    yield* whole.filter((message) => message.includes("data:"));
  }
}

Deno.test("a stream over a socket: an event is there within 50 ms, and an id goes on from there", async () => {
  const events = createEventBus();
  await using server = serveApp(createApp({ events }), { port: 0 });
  const url = `${server.url}/api/events/stream?topic=a&follow=1`;
  const first = await fetch(url);
  assert.equal(first.headers.get("content-type"), "text/event-stream");
  assert.equal(first.headers.get("cache-control"), "no-cache");
  const seen = messages(first);
  const times: number[] = [];
  let last = "";
  for (let n = 0; n < 20; n++) {
    await pause(15);
    const started = performance.now();
    events.publish("a", { n });
    last = (await seen.next()).value!;
    times.push(performance.now() - started);
    assert.match(last, new RegExp(`"delta":\\[\\{"n":${n}\\}\\]`));
  }
  const median = times.toSorted((a, b) => a - b)[10]!;
  assert.ok(median < 50, `${times.map(Math.round)}`);
  await seen.return(undefined);
  events.publish("a", { n: 20 });
  const id = /^id: (.+)$/m.exec(last)![1]!;
  const again = messages(await fetch(url, { headers: { "Last-Event-ID": id } }));
  assert.match((await again.next()).value!, /"delta":\[\{"n":20\}\]/);
  await again.return(undefined);
});

Deno.test("a client that stops reading is cut off, while others and the bus go on", async () => {
  const events = createEventBus();
  const streams = { maxBehind: 50, stallMs: 100, graceMs: 100 };
  await using server = serveApp(createApp({ events, streams }), { port: 0 });
  const slow = await Deno.connect({ hostname: server.host, port: server.port });
  await slow.write(new TextEncoder().encode(HEAD));
  const quick = messages(await fetch(`${server.url}/api/events/stream?topic=a&follow=1`));
  const text = "x".repeat(30_000);
  let [sent, got, slowest] = [0, 0, 0];
  // The kernel takes some megabytes before it is felt that nobody reads.
  for (; sent < 500; sent += 10) {
    const started = performance.now();
    for (let i = 0; i < 10; i++) events.publish("a", text);
    slowest = Math.max(slowest, performance.now() - started);
    while (got < sent) {
      got += JSON.parse(/^data: (.+)$/m.exec((await quick.next()).value!)![1]!).delta.length;
    }
    await pause(1);
  }
  assert.ok(slowest < 2_000, `${slowest}`);
  await pause(400);
  // What the kernel holds is still there, then the connection is at its end.
  let bytes = 0;
  const buffer = new Uint8Array(1 << 16);
  const late = setTimeout(() => slow.close(), 5_000);
  let end: unknown;
  try {
    for (let n; (n = await slow.read(buffer)) !== null;) bytes += n;
  } catch (error) {
    end = error;
  }
  clearTimeout(late);
  assert.ok(
    !(end instanceof Deno.errors.Interrupted || end instanceof Deno.errors.BadResource),
    `${end}`,
  );
  assert.ok(bytes < 500 * text.length);
  await quick.return(undefined);
  try {
    slow.close();
  } catch { /* it is closed */ }
});

Deno.test("who leaves makes room for the next", async () => {
  await using server = serveApp(
    createApp({ events: createEventBus(), streams: { maxClients: 1 } }),
    { port: 0 },
  );
  const url = `${server.url}/api/events/stream?topic=a`;
  const first = await fetch(url);
  const full = await fetch(url);
  assert.deepEqual([full.status, full.headers.get("retry-after")], [503, "10"]);
  assert.deepEqual(await full.json(), { error: "too many event streams" });
  const head = await fetch(url, { method: "HEAD" });
  assert.deepEqual([head.status, head.headers.get("content-type")], [200, "text/event-stream"]);
  await first.body!.cancel();
  let status = 0;
  for (let i = 0; i < 100 && status !== 200; i++) {
    await pause(10);
    const next = await fetch(url);
    status = next.status;
    await next.body!.cancel();
  }
  assert.equal(status, 200);
});

Deno.test("it stops when told to: streams end with a reason, what runs may end", async () => {
  const events = createEventBus();
  const stop = new AbortController();
  const server = serveApp(createApp({ events }), { port: 0, signal: stop.signal });
  const seen = messages(await fetch(`${server.url}/api/events/stream?topic=a`));
  assert.match((await seen.next()).value!, /"items":\[\]/);
  const started = performance.now();
  stop.abort();
  assert.match((await seen.next()).value!, /^event: end\ndata: \{"reason":"the server stops"/);
  assert.equal((await seen.next()).done, true);
  await server.finished;
  assert.ok(performance.now() - started < 2_500);
  await assert.rejects(fetch(`${server.url}/health`));
  await server.stop();
});
