import assert from "node:assert/strict";
import { UserError } from "../../core/errors.ts";
import { createLocalBus } from "../bus/local_bus.ts";
import {
  type SignatureEvent,
  type SignatureStream,
  SignatureStreamManager,
  type StreamVerifier,
} from "./signature_stream_manager.ts";

const verifier = (name: string, score: StreamVerifier["score"], weight?: number) => ({
  name,
  score,
  ...weight === undefined ? {} : { weight },
});

const failing = () => {
  throw new Error("module is broken");
};

async function judge(verifiers: readonly StreamVerifier[], payloads: readonly unknown[]) {
  await using bus = createLocalBus();
  const judged = bus.subscribe<SignatureEvent>("signatures.s");
  const learned = bus.subscribe<Record<string, unknown>>("agent.learning");
  const signature = { name: "s", sources: ["in.*", "in.*"], verifiers };
  const manager = new SignatureStreamManager([signature], { now: () => 9000 });
  manager.start(bus);
  for (const payload of payloads) bus.publish("in.a", payload);
  await manager.stop();
  const events = payloads.map(() => judged.getNowait()!.value);
  const learnings = payloads.map(() => learned.getNowait()?.value);
  return { events, learnings, counts: manager.metrics()["s"]! };
}

Deno.test("SignatureStreamManager: the reward is the mean by weight, one that throws scores 0", async () => {
  const { events, learnings, counts } = await judge([
    verifier("a", (payload) => (payload as { n: number }).n, 3),
    verifier("b", () => Promise.resolve(-1)),
    verifier("c", failing, 2),
    verifier("d", () => NaN, 2),
    verifier("e", () => null, 100),
  ], [{ n: 1, tool: "grep" }, { n: 0 }]);
  assert.deepEqual(events[0], {
    signature: "s",
    source: "in.a",
    payload: { n: 1, tool: "grep" },
    ts: 9,
    verifier_scores: { a: 1, b: -1, c: 0, d: 0 },
    reward: (3 - 1) / 8,
  });
  assert.deepEqual(learnings, [
    {
      tool: "grep",
      signature: "s",
      reward: 0.25,
      verifier_scores: events[0]!.verifier_scores,
      ts: 9,
    },
    {
      tool: "s",
      signature: "s",
      reward: -0.125,
      verifier_scores: events[1]!.verifier_scores,
      ts: 9,
    },
  ]);
  assert.deepEqual(counts, {
    processed: 2,
    verifier_errors: 4,
    errors: 0,
    last_error: "verifier d gave NaN, which is no number",
    mean_reward: 0.0625,
  });
});

Deno.test("SignatureStreamManager: with nobody to judge there is no reward and nothing to learn", async () => {
  for (const verifiers of [[], [verifier("a", () => null)], [verifier("a", () => 1, 0)]]) {
    const { events, learnings, counts } = await judge(verifiers, ["x"]);
    assert.equal(events[0]!.reward, null);
    assert.deepEqual(learnings, [undefined]);
    assert.equal(counts.mean_reward, null);
  }
});

Deno.test("SignatureStreamManager: each source is a group of its own, shared with other processes", async () => {
  await using bus = createLocalBus({ drainMs: 0 });
  const signature = {
    name: "s",
    sources: ["x", "y"],
    sink: "out",
    verifiers: [verifier("a", () => 1)],
  };
  const managers = [1, 2].map(() => new SignatureStreamManager([signature]));
  for (const manager of managers) manager.start(bus);
  assert.deepEqual(
    Object.entries(bus.metrics().groups).map(([topic, groups]) => [topic, ...Object.keys(groups)]),
    [
      ["x", "signature:s:x"],
      ["y", "signature:s:y"],
    ],
  );
  const out = bus.subscribe("out");
  for (let i = 0; i < 10; i++) bus.publish(i % 2 ? "x" : "y", i);
  await Promise.all(managers.map((manager) => manager.stop()));
  assert.equal(out.qsize, 10);
});

Deno.test("SignatureStreamManager refuses twins, loops and weights below 0", () => {
  const base: SignatureStream = { name: "s", sources: ["in"], verifiers: [] };
  const bad: SignatureStream[][] = [
    [base, base],
    [{ ...base, sink: "in" }],
    [{ ...base, verifiers: [verifier("a", () => 1, -1)] }],
    [{ ...base, verifiers: [verifier("a", () => 1, NaN)] }],
  ];
  for (const signatures of bad) {
    assert.throws(() => new SignatureStreamManager(signatures), UserError);
  }
});
