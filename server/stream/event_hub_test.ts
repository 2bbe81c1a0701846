import assert from "node:assert/strict";
import fc from "fast-check";
import { UserError } from "../../core/errors.ts";
import { open, pause, query, reader } from "./_hub_testing.ts";

Deno.test("a stream begins with a snapshot, then gives each record once as it happens", async () => {
  const { events, hub } = open({ now: () => 5_000 });
  for (let n = 1; n <= 4; n++) events.publish("a", { n });
  const client = reader(hub.open(query(["a"], { limit: 2 })));
  const first = await client.next();
  assert.deepEqual(first?.data, {
    topic: "a",
    items: [{ n: 3 }, { n: 4 }],
    limit: 2,
    timestamp: 5,
  });
  assert.match(first!.id!, /^\w{8}\.4$/);
  events.publish("a", { n: 5 });
  events.publish("b", { n: 0 });
  events.publish("a", { n: 6 });
  const { data, id } = (await client.next())!;
  assert.deepEqual(data, { topic: "a", limit: 2, delta: [{ n: 5 }, { n: 6 }], timestamp: 5 });
  assert.match(id!, /\.6$/);
  await client.cancel();
  assert.equal(hub.size, 0);
});

Deno.test("several topics and follow: no snapshot, deltas by topic, those without news left out", async () => {
  const { events, hub } = open();
  events.publish("a", 1);
  const both = reader(hub.open(query(["a", "b"])));
  assert.deepEqual((await both.next())?.data.topics, { a: { items: [1] }, b: { items: [] } });
  const follow = reader(hub.open(query(["a", "b"], { follow: true })));
  events.publish("b", 2);
  for (const client of [both, follow]) {
    const { data, id } = (await client.next())!;
    assert.deepEqual(data.delta, { b: [2] });
    assert.match(id!, /\.1,1$/);
    await client.cancel();
  }
});

Deno.test("a filter comes before the limit; what it leaves out is not sent and moves on all the same", async () => {
  const { events, hub } = open();
  for (let n = 0; n < 50; n++) events.publish("a", { n, even: n % 2 === 0 });
  const client = reader(hub.open(query(["a"], { limit: 3 }, "key=even&value=true&field=n")));
  assert.deepEqual((await client.next())?.data.items, [{ n: 44 }, { n: 46 }, { n: 48 }]);
  for (let n = 50; n < 55; n++) events.publish("a", { n, even: n % 2 === 0 });
  const { data, id } = (await client.next())!;
  assert.deepEqual(data.delta, [{ n: 50 }, { n: 52 }, { n: 54 }]);
  assert.match(id!, /\.55$/);
  await client.cancel();
});

Deno.test("clients that want the same get the same, others what they want, in one round", async () => {
  const { events, hub } = open();
  const wanted = ["", "", "key=n&value=1", "field=n", "key=n&value=1"];
  const clients = wanted.map((filter) => reader(hub.open(query(["a"], { follow: true }, filter))));
  const seen = clients.map((client) => client.next());
  // Now each waits, so that it is the round that gives.
  await pause(20);
  for (let n = 0; n < 2; n++) events.publish("a", { n, more: true });
  const deltas = (await Promise.all(seen)).map((one) => one!.data.delta);
  const all = [{ n: 0, more: true }, { n: 1, more: true }];
  assert.deepEqual(deltas, [all, all, [all[1]], [{ n: 0 }, { n: 1 }], [all[1]]]);
  await Promise.all(clients.map((client) => client.cancel()));
});

Deno.test("an expression that turns out slow ends the stream of who asked for it, no other", async () => {
  const { events, hub } = open();
  let tooSlow = false;
  const filter = {
    matches() {
      if (tooSlow) throw new UserError("usage", "q takes too long");
      return true;
    },
    project: (record: unknown) => record,
  };
  const [bad, good] = [query(["a"], { filter }), query(["a"])];
  const clients = [bad, good].map((one) => reader(hub.open(one)));
  for (const client of clients) await client.next();
  tooSlow = true;
  events.publish("a", 1);
  assert.deepEqual((await clients[0]!.next())?.data.reason, "q takes too long");
  assert.equal(await clients[0]!.next(), undefined);
  assert.deepEqual((await clients[1]!.next())?.data.delta, [1]);
  const again = reader(hub.open(bad));
  assert.equal((await again.next())?.event, "end");
  assert.equal(hub.size, 1);
  await clients[1]!.cancel();
});

Deno.test("who comes back with its last id goes on without gap or repetition", async () => {
  const { events, hub } = open();
  events.publish("a", 1);
  const before = reader(hub.open(query(["a"])));
  await before.next();
  events.publish("a", 2);
  const { id } = (await before.next())!;
  await before.cancel();
  events.publish("a", 3);
  events.publish("a", 4);
  const after = reader(hub.open(query(["a"]), id));
  assert.deepEqual((await after.next())?.data.delta, [3, 4]);
  events.publish("a", 5);
  assert.deepEqual((await after.next())?.data.delta, [5]);
  await after.cancel();
});

Deno.test("an id of another life, or none of ours, is told so and shown how things stand", async () => {
  const { events, hub } = open();
  events.publish("a", 1);
  const own = reader(hub.open(query(["a"])));
  const { id } = (await own.next())!;
  await own.cancel();
  const life = id!.split(".")[0];
  for (
    const last of ["00000000.1", "", "x", `${life}.2`, `${life}.1,1`, `${life}.-1`, `${life}.`]
  ) {
    const client = reader(hub.open(query(["a"], { follow: true }), last));
    const { data } = (await client.next())!;
    assert.deepEqual([data.items, data.resumed], [[1], false], last);
    await client.cancel();
  }
});

Deno.test("whenever a client leaves and comes back, it sees each record once and in order", async () => {
  const step = fc.oneof(
    fc.record({ publish: fc.integer({ min: 1, max: 30 }) }),
    fc.constant("read" as const),
    fc.constant("reconnect" as const),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const { events, hub } = open();
      let [published, id] = [0, undefined as string | undefined];
      let client = reader(hub.open(query(["a", "b"])));
      id = (await client.next())!.id;
      const seen: Record<string, number[]> = { a: [], b: [] };
      const read = async () => {
        const message = (await client.next())!;
        id = message.id;
        for (
          const [topic, records] of Object.entries(message.data.delta as Record<string, number[]>)
        ) {
          seen[topic]!.push(...records);
        }
      };
      const count = () => seen.a!.length + seen.b!.length;
      for (const step of steps) {
        if (step === "read") {
          if (count() < published) await read();
        } else if (step === "reconnect") {
          await client.cancel();
          client = reader(hub.open(query(["a", "b"]), id));
        } else {
          for (let i = 0; i < step.publish; i++) events.publish("ab"[published % 2]!, ++published);
        }
      }
      while (count() < published) await read();
      for (const [topic, odd] of [["a", 1], ["b", 0]] as const) {
        const wanted = Array.from({ length: published }, (_, i) => i + 1).filter((n) =>
          n % 2 === odd
        );
        assert.deepEqual(seen[topic], wanted);
      }
      await client.cancel();
      assert.equal(hub.size, 0);
    }),
    { numRuns: 30 },
  );
});
