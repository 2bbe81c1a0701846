import assert from "node:assert/strict";
import { open, pause, query, reader, type Seen } from "./_hub_testing.ts";

Deno.test("records that left the ring before they were sent are counted as missed", async () => {
  const { events, hub } = open({ maxBehind: 100_000 });
  const client = reader(hub.open(query(["a"], { follow: true })));
  for (let n = 1; n <= 5_000; n++) events.publish("a", n);
  const seen: number[] = [];
  let missed = 0;
  while (seen.at(-1) !== 5_000) {
    const { data } = (await client.next())!;
    seen.push(...data.delta);
    missed += data.missed ?? 0;
  }
  assert.equal(missed, 3_000);
  assert.deepEqual(seen, Array.from({ length: 2_000 }, (_, i) => 3_001 + i));
  await client.cancel();
});

Deno.test("a client that does not read is let go with a last event; others and the bus go on", async () => {
  const { events, hub } = open({ maxBehind: 100, stallMs: 20, graceMs: 1_000 });
  const slow = hub.open(query(["a"], { follow: true }));
  const late = reader(hub.open(query(["a"], { follow: true })));
  const quick = reader(hub.open(query(["a"], { follow: true })));
  const text = "x".repeat(2_000);
  let got = 0;
  for (let n = 10; n <= 400; n += 10) {
    for (let i = 0; i < 10; i++) events.publish("a", text);
    while (got < n) got += (await quick.next())!.data.delta.length;
    await pause(2);
  }
  assert.equal(hub.size, 1);
  let last: Seen | undefined;
  for (let seen; (seen = await late.next()) !== undefined;) last = seen;
  assert.equal(last?.event, "end");
  assert.equal(last?.data.reason, "too slow");
  assert.ok(last!.data.behind > 100);
  // The other one never reads: after a while its stream fails, and with it its connection.
  await pause(1_100);
  await assert.rejects(slow!.getReader().read(), /too slow/);
  await quick.cancel();
});

Deno.test("a burst that is larger than what may wait does not end a client that reads", async () => {
  const { events, hub } = open({ maxBehind: 100, stallMs: 1_000 });
  const client = reader(hub.open(query(["a"], { follow: true })));
  for (let n = 0; n < 1_500; n++) events.publish("a", { n, text: "x".repeat(1_000) });
  await pause(20);
  let got = 0;
  while (got < 1_500) got += (await client.next())!.data.delta.length;
  assert.equal(hub.size, 1);
  await client.cancel();
});

Deno.test("a publisher pays the same for a thousand clients that do not read as for one", () => {
  const cost = (clients: number) => {
    const { events, hub } = open();
    const bodies = Array.from({ length: clients }, () => hub.open(query(["a"], { follow: true })));
    const started = performance.now();
    for (let n = 0; n < 5_000; n++) events.publish("a", n);
    const ms = performance.now() - started;
    return { ms, end: () => Promise.all(bodies.map((body) => body!.cancel())) };
  };
  const runs = [1, 1000, 1, 1000, 1, 1000].map(cost);
  const [one, many] = [0, 1].map((odd) =>
    Math.min(...runs.filter((_, i) => i % 2 === odd).map(({ ms }) => ms))
  );
  assert.ok(many! < 5 * one! + 20, `${one} ms with one, ${many} ms with a thousand`);
  return Promise.all(runs.map(({ end }) => end())).then(() => {});
});

Deno.test("heartbeats, the most clients, and the end of the server", async () => {
  const { hub } = open({ heartbeatMs: 10, maxClients: 2 });
  const body = hub.open(query(["a"], { follow: true }))!;
  const other = reader(hub.open(query(["a"], { follow: true })));
  assert.equal(hub.open(query(["a"])), undefined);
  const bytes = body.getReader();
  let text = "";
  while (!text.includes(": still here\n\n: still here\n\n")) {
    text += new TextDecoder().decode((await bytes.read()).value);
  }
  await bytes.cancel();
  assert.equal(hub.size, 1);
  hub.close();
  assert.deepEqual((await other.next())?.data.reason, "the server stops");
  assert.equal(await other.next(), undefined);
  assert.equal((await reader(hub.open(query(["a"]))).next())?.data.items.length, 0);
  assert.equal(hub.size, 0);
});

Deno.test("huge and odd records do not end a stream", async () => {
  const { events, hub } = open();
  const client = reader(hub.open(query(["a"], { follow: true })));
  const odd = ["x".repeat(3 << 20), undefined, { big: 1n }, () => {}, "fine"];
  for (const record of odd) events.publish("a", record);
  const seen: unknown[] = [];
  while (seen.at(-1) !== "fine") seen.push(...(await client.next())!.data.delta);
  assert.equal(seen.length, odd.length);
  await client.cancel();
});
