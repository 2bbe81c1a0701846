import assert from "node:assert/strict";
import { openMemoryStore } from "../core/store/memory.ts";
import { sha256 } from "../core/sha256.ts";
import { createLocalBus } from "../streaming/bus/local_bus.ts";
import { denoServe } from "./_serve_testing.ts";
import { bearer } from "./_testing.ts";
import { newToken } from "./access/new_token.ts";
import { liveStatus } from "./status/live_status.ts";
import { takeSnapshot } from "./status/snapshot.ts";

const DEPLOY = new URL("deploy.ts", import.meta.url).pathname;

Deno.test("deploy.ts serves without any permission: a snapshot is pushed and shown, events go on", async () => {
  await using served = await denoServe("127.0.0.1", [DEPLOY]);
  const url = `http://127.0.0.1:${served.port}`;
  // Where it listens is said elsewhere, and so may be read before it.
  while (!served.printed.endsWith("\n")) await new Promise((resolve) => setTimeout(resolve, 5));
  const token = /here is one: ([\w-]{43})$/m.exec(served.printed)![1]!;
  const get = (path: string, init: RequestInit = bearer(token)) => fetch(url + path, init);
  const send = async (path: string, body: unknown, init: RequestInit = bearer(token)) => {
    const response = await fetch(url + path, {
      method: "POST",
      body: JSON.stringify(body),
      ...init,
    });
    return [response.status, await response.json()];
  };
  assert.equal((await (await get("/health", {})).json()).snapshot, null);
  assert.equal((await get("/containers")).status, 501);

  const store = openMemoryStore();
  await store.put("last:api:summary", "<b>two</b> errors");
  await using bus = createLocalBus({ drainMs: 0 });
  bus.publish("a", 1);
  const snapshot = await takeSnapshot(liveStatus({ store, bus }));
  assert.equal((await send("/api/snapshot", snapshot, {}))[0], 401);
  assert.deepEqual(await send("/api/snapshot", snapshot), [200, { ok: true, ts: snapshot.ts }]);
  assert.deepEqual(await send("/api/snapshot", { ...snapshot, ts: 5 }), [
    ...[409, { error: "a newer snapshot is here already" }],
  ]);
  const [status, { error }] = await send("/api/snapshot", { v: 7 }) as [number, { error: string }];
  assert.deepEqual([status, /no snapshot/.test(error)], [400, true]);

  const { containers, as_of } = await (await get("/containers")).json();
  assert.deepEqual([containers.api.summary, as_of], ["<b>two</b> errors", snapshot.ts]);
  assert.match(
    await (await get("/metrics?format=prometheus")).text(),
    /^dspy_bus_published_total 1$/m,
  );
  assert.ok((await (await get("/health", {})).json()).snapshot.age_sec < 60);
  const page = await (await get("/")).text();
  assert.ok(page.includes("&lt;b&gt;two&lt;/b&gt; errors"));
  assert.deepEqual(await send("/api/events", { topic: "ui.action", event: { a: 1 } }), [200, {
    ok: true,
  }]);
  const tail = await (await get("/api/events/tail?topic=ui.action")).json();
  assert.deepEqual(tail.items[0].event, { a: 1, origin: "frontend", ip: "127.0.0.1" });
  // A token is needed under whatever name it is called.
  const named = await Deno.connect({ hostname: "127.0.0.1", port: served.port });
  const lines = `GET /auto HTTP/1.1\r\nHost: my.deno.dev\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  await named.write(new TextEncoder().encode(lines));
  const bytes = new Uint8Array(512);
  const length = await named.read(bytes);
  named.close();
  assert.match(new TextDecoder().decode(bytes.subarray(0, length!)), /^HTTP\/1\.1 200/);
});

Deno.test("deploy.ts takes a token's hash as an argument, and then makes none up", async () => {
  const token = newToken();
  await using served = await denoServe("127.0.0.1", [
    ...[DEPLOY, `--tokens=sha256:${sha256(token)}:viewer`],
  ]);
  const url = `http://127.0.0.1:${served.port}/deploy`;
  const [known, nobody] = [await fetch(url, bearer(token)), await fetch(url)];
  assert.deepEqual([known.status, (await known.json()).status], [200, "unknown"]);
  assert.deepEqual([nobody.status, (await nobody.json()).error], [401, "a token is needed"]);
  assert.equal(served.printed, "");
});

Deno.test("deploy.ts uses Deno KV where there is one", async () => {
  const token = newToken();
  const args = ["--unstable-kv", DEPLOY, `--tokens=${token}:admin`];
  const ts = Date.now() / 1000;
  const bodies = { code: { status: 200, body: { graph: "x".repeat(200_000), summary: null } } };
  {
    await using served = await denoServe("127.0.0.1", args);
    const { status } = await fetch(`http://127.0.0.1:${served.port}/api/snapshot`, {
      ...{ method: "POST", body: JSON.stringify({ v: 1, ts, answers: bodies }), ...bearer(token) },
    }).then(async (response) => (await response.text(), response));
    assert.equal(status, 200);
  }
  await using served = await denoServe("127.0.0.1", args);
  const response = await fetch(`http://127.0.0.1:${served.port}/code`, bearer(token));
  const { graph, as_of } = await response.json();
  assert.deepEqual([graph.length, as_of], [200_000, ts]);
});
