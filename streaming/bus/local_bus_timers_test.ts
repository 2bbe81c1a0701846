import assert from "node:assert/strict";
import { createLocalBus } from "./local_bus.ts";

Deno.test("createLocalBus() leaves no timer behind once the members of a group have left", async () => {
  const { setTimeout, clearTimeout } = globalThis;
  const live = new Set<unknown>();
  globalThis.setTimeout = ((...args: Parameters<typeof setTimeout>) => {
    const timer = setTimeout(...args);
    live.add(timer);
    return timer;
  }) as typeof setTimeout;
  globalThis.clearTimeout = (timer) => {
    live.delete(timer);
    clearTimeout(timer);
  };
  try {
    await using bus = createLocalBus();
    const options = { ack: "manual", ackTimeoutMs: 100_000 } as const;
    const members = [1, 2].map(() => bus.subscribeGroup("a", "g", options));
    for (let i = 0; i < 4; i++) bus.publish("a", i);
    const [first, second] = [(await members[0]!.get())!, (await members[1]!.get())!];
    assert.equal(live.size, 1);
    members[0]!.ack(first);
    members[1]!.nack(second);
    for (const member of members) await member.close();
    assert.equal(live.size, 0);
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }
});
