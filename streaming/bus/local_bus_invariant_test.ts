// Nothing is lost silently: whatever happens, each message ends once for each who was to get it.
import assert from "node:assert/strict";
import fc from "fast-check";
import { createLocalBus, type LocalBus } from "./local_bus.ts";
import { until } from "./_test_until.ts";
import type { Message, MessageHandler, OverflowPolicy, Subscription } from "./types.ts";

type How = "queue" | "calm" | "throws" | "slow" | "rejects" | "publishes";

type Step =
  | { readonly do: "publish" | "turn" | "wait" }
  | { readonly do: "join"; readonly group: number; readonly how: How; readonly maxsize: number }
  | {
    readonly do: "subscribe";
    readonly how: How;
    readonly maxsize: number;
    readonly policy: number;
  }
  | { readonly do: "take" | "ack" | "nack" | "close"; readonly which: number };

const POLICIES: readonly OverflowPolicy[] = ["dead-letter", "drop-oldest", "block"];

/** Groups differ in how they acknowledge and what happens when they are full. */
const GROUPS = [
  { ack: "auto", policy: "dead-letter" },
  { ack: "manual", policy: "drop-oldest", maxAttempts: 2 },
  { ack: "manual", policy: "dead-letter", maxAttempts: 3 },
] as const;

const how = fc.constantFrom<How>(
  "queue",
  "queue",
  "calm",
  "throws",
  "slow",
  "rejects",
  "publishes",
);
const maxsize = fc.integer({ min: 1, max: 4 });
const which = fc.nat(9);

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { arbitrary: fc.constant<Step>({ do: "publish" }), weight: 6 },
    fc.record({ do: fc.constantFrom("turn" as const, "wait" as const) }),
    fc.record({ do: fc.constant("join" as const), group: fc.nat(2), how, maxsize }),
    fc.record({ do: fc.constant("subscribe" as const), how, maxsize, policy: fc.nat(2) }),
    {
      arbitrary: fc.record({
        do: fc.constantFrom("take" as const, "ack" as const, "nack" as const, "close" as const),
        which,
      }),
      weight: 4,
    },
  ),
  { maxLength: 60 },
);

/** A bus, all its readers, and what they hold. */
class World {
  readonly bus: LocalBus;
  readonly readers: Subscription[] = [];
  readonly held: [Subscription, Message][] = [];
  readonly seen: Map<Subscription, number> = new Map();
  readonly groups: Map<string, number> = new Map();
  expected = 0;
  #counted = 0;

  constructor(notices: boolean) {
    this.bus = createLocalBus({ notices, pressureMs: 0, drainMs: 30 });
  }

  get receivers(): number {
    const plain = this.readers.filter(({ group }) => group === undefined).length;
    return plain + [...this.groups.values()].filter((members) => members > 0).length;
  }

  async run(step: Step): Promise<void> {
    this.#count();
    await this.#perform(step);
    // All are for all topics, and come or leave before anything is published by that.
    this.#count();
  }

  #count(): void {
    const { published } = this.bus.metrics();
    this.expected += (published - this.#counted) * this.receivers;
    this.#counted = published;
  }

  check(): void {
    // A notice may have come since the step.
    this.#count();
    const { delivered, dropped, dlq_total, queued, replayed } = this.bus.metrics();
    const sum = delivered + dropped + dlq_total + queued!;
    assert.equal(sum, this.expected + replayed!, JSON.stringify(this.bus.metrics()));
  }

  #perform(step: Step): Promise<unknown> | void {
    const { bus } = this;
    if (step.do === "publish") return void bus.publish("t", 3, { key: `k${this.expected % 3}` });
    if (step.do === "turn") return Promise.resolve();
    if (step.do === "wait") return new Promise((resolve) => setTimeout(resolve, 1));
    if (step.do === "join") {
      const { group, how, maxsize } = step;
      const options = { ...GROUPS[group]!, maxsize };
      const name = `g${group}`;
      this.groups.set(name, (this.groups.get(name) ?? 0) + 1);
      return this.#add(
        (handler) =>
          handler === undefined
            ? bus.subscribeGroup(">", name, options)
            : bus.subscribeGroup(">", name, handler, options),
        how,
      );
    }
    if (step.do === "subscribe") {
      const { how, maxsize, policy } = step;
      const options = { maxsize, policy: POLICIES[policy]! };
      return this.#add(
        (handler) =>
          handler === undefined
            ? bus.subscribe(">", options)
            : bus.subscribe(">", handler, options),
        how,
      );
    }
    if (!("which" in step)) return;
    const { which } = step;
    if (step.do === "ack" || step.do === "nack") {
      const [held] = this.held.splice(which % Math.max(1, this.held.length), 1);
      return void held?.[0][step.do](held[1]);
    }
    const reader = this.readers[which % Math.max(1, this.readers.length)];
    if (reader === undefined) return;
    if (step.do === "take") return this.#take(reader);
    this.readers.splice(this.readers.indexOf(reader), 1);
    if (reader.group) this.groups.set(reader.group, this.groups.get(reader.group)! - 1);
    return reader.close();
  }

  #take(reader: Subscription): void {
    const message = reader.getNowait();
    if (message === undefined) return;
    if (message.topic === "t" && message.attempt === undefined && reader.group === undefined) {
      assert.ok(message.seq > (this.seen.get(reader) ?? 0), "out of order");
      this.seen.set(reader, message.seq);
    }
    this.held.push([reader, message]);
  }

  #add(open: (handler: MessageHandler | undefined) => Subscription, how: How): void {
    this.readers.push(open(this.#handler(how)));
  }

  #handler(how: How): MessageHandler | undefined {
    const { bus } = this;
    switch (how) {
      case "queue":
        return undefined;
      case "calm":
        return () => {};
      case "throws":
        return () => {
          throw new Error("no");
        };
      case "slow":
        return () => new Promise((resolve) => setTimeout(resolve, 1));
      case "rejects":
        return () => Promise.reject(new Error("no"));
      case "publishes":
        return ({ topic, value }) => {
          if (topic === "t" && value as number > 0) bus.publish("t", value as number - 1);
        };
    }
  }
}

for (const notices of [false, true]) {
  Deno.test(`LocalBus loses nothing silently, notices ${notices ? "on" : "off"}`, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (steps) => {
        const world = new World(notices);
        try {
          for (const step of steps) {
            await world.run(step);
            world.check();
          }
        } finally {
          await world.bus.close();
        }
        // A function may still be at work when its time is up.
        await until(() => world.bus.metrics().queued === 0, 5000);
        assert.equal(world.bus.metrics().queued, 0);
      }),
      { numRuns: 150 },
    );
  });
}
