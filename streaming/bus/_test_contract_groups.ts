import assert from "node:assert/strict";
import { pause } from "../../core/pause.ts";
import { byNumber, type ContractBench, type Letter, numbers } from "./_test_contract_bench.ts";
import type { Message } from "./types.ts";

/** What consumer groups keep. */
export function groupContract(bench: ContractBench): void {
  const { test, opened, take, nothing, until, deadLettersOf, quietMs, sharing, durable, open } =
    bench;

  test("subscribeGroup() gives each message to one member of each group", async (bus, topic) => {
    const got: Record<string, number[]> = { a1: [], a2: [], b1: [] };
    for (const member of ["a1", "a2", "b1"]) {
      const push = ({ value }: Message<number>) => void got[member]!.push(value);
      await opened(bus.subscribeGroup<number>(topic, `${topic}-${member[0]}`, push));
    }
    for (let i = 0; i < 100; i++) bus.publish(topic, i, { key: `k${i}` });
    await until(() => got.a1!.length + got.a2!.length === 100 && got.b1!.length === 100);
    await pause(quietMs);
    assert.deepEqual([...got.a1!, ...got.a2!].sort(byNumber), numbers(100));
    assert.deepEqual(got.b1!.sort(byNumber), numbers(100));
    if (sharing) assert.ok(got.a1!.length > 0 && got.a2!.length > 0);
  });

  test("nack() brings a message again with the same id, and counts", async (bus, topic) => {
    const member = await opened(bus.subscribeGroup(topic, `${topic}-g`, { ack: "manual" }));
    bus.publish(topic, "poison", { id: "p", key: "same" });
    const [first] = await take(member, 1) as [Message];
    member.nack(first, new Error("no"));
    const [second] = await take(member, 1) as [Message];
    assert.deepEqual([first.id, first.attempt], ["p", undefined]);
    assert.deepEqual([second.id, second.attempt, second.value], ["p", 1, "poison"]);
    member.ack(second);
    bus.publish(topic, "next", { key: "same" });
    const [next] = await take(member, 1) as [Message];
    assert.equal(next.value, "next");
    member.ack(next);
  });

  test("subscribeGroup() brings what is not acknowledged in time again", async (bus, topic) => {
    const options = { ack: "manual", ackTimeoutMs: 200 } as const;
    const member = await opened(bus.subscribeGroup(topic, `${topic}-g`, options));
    bus.publish(topic, "slow", { id: "s" });
    const [first] = await take(member, 1);
    const [second] = await take(member, 1);
    assert.deepEqual([first?.id, second?.id, second?.attempt], ["s", "s", 1]);
    member.ack(second!);
    await nothing(member, 300);
  });

  test(
    "subscribeGroup() gives a message up after so many attempts, and goes on",
    async (bus, topic) => {
      const letters = await deadLettersOf(bus, topic);
      const options = { ack: "manual", maxAttempts: 3 } as const;
      const member = await opened(bus.subscribeGroup(topic, `${topic}-g`, options));
      bus.publish(topic, "poison", { key: "same", id: "p" });
      bus.publish(topic, "good", { key: "same" });
      for (let i = 0; i < 3; i++) {
        const [message] = await take(member, 1);
        assert.deepEqual([message!.value, message!.attempt ?? 0], ["poison", i]);
        member.nack(message!, new Error("cannot be done"));
      }
      const [good] = await take(member, 1);
      assert.equal(good!.value, "good");
      member.ack(good!);
      await until(() => letters.length === 1);
      const [{ reason, group, attempts, message }] = letters as [Letter];
      assert.equal(reason, "group_subscriber_error: cannot be done");
      assert.deepEqual([group, attempts, message.id], [`${topic}-g`, 3, "p"]);
    },
  );

  test("subscribeGroup() with a function acknowledges by its return", async (bus, topic) => {
    const letters = await deadLettersOf(bus, topic);
    const seen: string[] = [];
    const work = ({ value, attempt = 0 }: Message<string>) => {
      seen.push(`${value} ${attempt}`);
      if (value === "poison" || (value === "once" && attempt === 0)) throw new Error("no");
    };
    const options = { ack: "manual", maxAttempts: 2 } as const;
    await opened(bus.subscribeGroup<string>(topic, `${topic}-g`, work, options));
    for (const value of ["once", "poison", "good"]) bus.publish(topic, value, { key: "same" });
    await until(() => seen.includes("good 0") && letters.length === 1);
    assert.deepEqual(seen, ["once 0", "once 1", "poison 0", "poison 1", "good 0"]);
  });

  if (sharing) {
    test("close() of a member gives what it had to another", async (bus, topic) => {
      const join = () =>
        opened(bus.subscribeGroup<number>(topic, `${topic}-g`, { ack: "manual", maxsize: 100 }));
      const [leaving, staying] = [await join(), await join()];
      for (let n = 0; n < 20; n++) bus.publish(topic, n);
      const [acked, open] = await take(leaving, 2) as [Message<number>, Message<number>];
      leaving.ack(acked);
      await leaving.close();
      const got = await take(staying, 19);
      for (const message of got) staying.ack(message);
      const all = [acked.value, ...got.map(({ value }) => value)];
      assert.deepEqual(all.sort(byNumber), numbers(20));
      const again = got.find(({ id }) => id === open.id);
      assert.equal(again?.attempt, 1);
      await nothing(staying);
    });
  }

  if (durable) {
    test(
      "subscribeGroup() brings what was not acknowledged again on a bus opened later",
      async (bus, topic) => {
        const group = `${topic}-g`;
        const options = { ack: "manual", maxsize: 100 } as const;
        const member = await opened(bus.subscribeGroup<number>(topic, group, options));
        for (let i = 0; i < 10; i++) await bus.send(topic, i, { key: "same" });
        const got = await take(member, 6);
        for (const message of got.slice(0, 4)) member.ack(message);
        await bus.flush();
        await bus.close();
        const later = await open();
        try {
          await later.send(topic, 10, { key: "same" });
          const again = await opened(later.subscribeGroup<number>(topic, group, options));
          const rest = await take(again, 7);
          assert.deepEqual(rest.map(({ value }) => value), numbers(11).slice(4));
          assert.equal(rest[0]!.id, got[4]!.id);
          await nothing(again);
        } finally {
          await later.close();
        }
      },
    );
  }
}
