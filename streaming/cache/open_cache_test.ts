import assert from "node:assert/strict";
import { UserError } from "../../core/errors.ts";
import { until } from "./_test_contract.ts";
import { openCache } from "./open_cache.ts";

Deno.test("openCache() without a URL is memory", async () => {
  for (const url of [undefined, ""]) {
    await using cache = openCache({ url });
    await cache.set("a", 1);
    assert.deepEqual([await cache.get("a"), cache.health().backend], [1, "memory"]);
  }
});

Deno.test("openCache() refuses what is no URL of Redis, and does not say the password", () => {
  const urls = [
    "http://me:s3cret@host",
    "redis:",
    "redis://",
    "redis://me:s3cret@host:notaport",
    "redis://host/name",
    "redis://me:s3%cret@host",
    "localhost:6379",
  ];
  for (const url of urls) {
    assert.throws(() => openCache({ url }), (error) => {
      assert.ok(error instanceof UserError, url);
      assert.match(error.line, /is no URL of Redis: expected redis:/);
      assert.doesNotMatch(error.line, /s3.*cret/);
      return true;
    });
  }
  assert.throws(() => openCache({ url: "redis://h", timeoutMs: 0 }), UserError);
  assert.throws(() => openCache({ url: "redis://h", retryMs: Infinity }), UserError);
});

Deno.test("openCache() where nobody is: refused at once, or silent for one timeout", async () => {
  // The client's package loads at the first use, which takes its time.
  await using warm = openCache({ url: "redis://127.0.0.1:1", timeoutMs: 200 });
  assert.equal(await warm.set("a", 1), true);
  assert.match(warm.health().reason ?? "", /ECONNREFUSED|refused/i);

  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  await using cache = openCache({ url: `redis://127.0.0.1:${port}`, timeoutMs: 200, retryMs: 50 });
  const started = performance.now();
  await Promise.all([cache.set("a", 1), cache.get("a"), cache.subscribe("c", () => {})]);
  const took = performance.now() - started;
  assert.ok(took >= 200 && took < 1200, `${took} ms`);
  assert.equal(await cache.get("a"), 1);
  assert.equal(cache.health().reason, "Error: no answer within 200 ms");
  // It tries again, and again is not answered.
  await until(() => cache.health().retry_in_sec === undefined);
  await until(() => (cache.health().retry_in_sec ?? 0) > 0.05);
  await cache.close();
  listener.close();
});

Deno.test("openCache() hides a password that the other side repeats in its error", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  // What servers say that do not know the command: with what was sent.
  const answer = "-ERR unknown command 'AUTH', with args beginning with: 'me' 'battery-staple'\r\n";
  const serving = (async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(1000)).catch(() => null);
      await connection.write(new TextEncoder().encode(answer)).catch(() => 0);
      connection.close();
    }
  })();
  const url = `redis://me:battery%2Dstaple@127.0.0.1:${port}`;
  await using cache = openCache({ url, timeoutMs: 5000, retryMs: 60_000 });
  await cache.set("a", 1);
  const said = JSON.stringify(cache.health());
  assert.match(said, /unknown command 'AUTH'/);
  assert.doesNotMatch(said, /battery/);
  listener.close();
  await serving;
});

Deno.test("openCache() with a name that leads nowhere is an outage, no error", async () => {
  await using cache = openCache({ url: "redis://no-such-host.invalid", timeoutMs: 2000 });
  assert.equal(await cache.incr("n"), 1);
  assert.equal(await cache.incr("n"), 2);
  assert.equal(cache.health().available, false);
});

Deno.test({
  name: "openCache() without the right to the network is an outage that says so",
  permissions: { net: false, read: true, env: true },
  async fn() {
    await using cache = openCache({ url: "redis://127.0.0.1:1", timeoutMs: 2000 });
    assert.equal(await cache.set("a", 1), true);
    assert.equal(await cache.get("a"), 1);
    assert.match(cache.health().reason ?? "", /net access|NotCapable/);
  },
});
