import assert from "node:assert/strict";
import { corridor, memoryStore } from "./_testing.ts";
import { createGroupSource } from "./group_source.ts";
import { createGrpo, type GrpoOptions } from "./grpo.ts";
import { onGroups } from "./on_groups.ts";
import { train } from "./train.ts";
import type { CandidateGroup, GroupLearner } from "./types.ts";

const small = { obsSize: 1, actions: 3, hidden: [8], lr: 0.01 };

/** Candidates of some decisions; action 2 earns. */
function group(learner: GroupLearner, size = 8, length = 3): CandidateGroup {
  return {
    candidates: Array.from({ length: size }, () => {
      const steps = Array.from({ length }, (_, t) => {
        const { arm, propensity } = learner.policy.pick(undefined, [t])!;
        return { obs: [t], action: arm, logp: Math.log(propensity) };
      });
      return { steps, reward: steps.filter(({ action }) => action === 2).length };
    }),
  };
}

for (
  const [name, options] of Object.entries<Partial<GrpoOptions>>({
    "by itself": {},
    "by grpo's weights": { aggregation: "grpo" },
    "by dr_grpo's weights": { aggregation: "dr_grpo", maxLength: 3, scaleRewards: "none" },
    "by bnpo's weights in micro-batches": { aggregation: "bnpo", microBatch: 7 },
    "by sequences": { importanceLevel: "sequence", iterations: 2 },
    "near its reference": { beta: 0.01, epsilonHigh: 0.28, iterations: 2 },
    "by deviations of the batch": { scaleRewards: "batch" },
  })
) {
  Deno.test(`grpo learns what earns more than its group, ${name}`, () => {
    const grpo = createGrpo({ ...small, ...options });
    for (let i = 0; i < 60; i++) grpo.update([group(grpo), group(grpo)]);
    for (const t of [0, 1, 2]) assert.ok(grpo.policy.probs(undefined, [t])[2]! > 0.8);
  });
}

Deno.test("grpo with a large beta stays at its reference", () => {
  const grpo = createGrpo({ ...small, beta: 100, iterations: 3 });
  for (let i = 0; i < 60; i++) grpo.update([group(grpo)]);
  assert.ok(grpo.policy.probs(undefined, [1])[2]! < 0.5);
});

Deno.test("grpo finds its policy unmoved at first, masks, reference and all", () => {
  const grpo = createGrpo({ ...small, beta: 1 });
  const mask = [true, true, false];
  const candidates = Array.from({ length: 8 }, (_, i) => {
    const { arm, propensity } = grpo.policy.pick(mask, [1])!;
    return { steps: [{ obs: [1], mask, action: arm, logp: Math.log(propensity) }], reward: i };
  });
  const stats = grpo.update([{ candidates }]);
  assert.equal(stats["clipFraction"], 0);
  assert.ok(Math.abs(stats["kl"]!) < 1e-12 && Math.abs(stats["loss"]!) < 1e-6);
});

Deno.test("grpo gives the same whatever fits a micro-batch, but for bnpo", () => {
  const source = createGrpo(small);
  const groups = [group(source, 8, 2), group(source, 5, 3)];
  const after = (options: Partial<GrpoOptions>) => {
    const grpo = createGrpo({ ...small, maxLength: 3, ...options });
    return grpo.update(groups)["gradNorm"]!;
  };
  for (const aggregation of ["dapo", "grpo", "dr_grpo"] as const) {
    const apart = after({ aggregation, microBatch: 1 }) - after({ aggregation, microBatch: 256 });
    assert.ok(Math.abs(apart) < 1e-6, `${aggregation} ${apart}`);
  }
  const bnpo = (microBatch: number) => after({ aggregation: "bnpo", microBatch });
  assert.ok(Math.abs(bnpo(1) - bnpo(256)) > 1e-6);
  assert.ok(Math.abs(bnpo(256) - after({})) < 1e-6);
  groups.pop(); // now all micro-batches are of one size
  assert.ok(Math.abs(bnpo(4) - after({})) < 1e-6);
});

Deno.test("grpo drops groups of equal rewards and counts candidates without one", () => {
  const grpo = createGrpo(small);
  const { candidates } = group(grpo);
  const equal = { candidates: candidates.map((candidate) => ({ ...candidate, reward: 1 })) };
  const single = { candidates: candidates.slice(0, 1) };
  const before = grpo.policy.snapshot();
  const nothing = grpo.update([equal, single]);
  assert.deepEqual([nothing["dropped"], nothing["tokens"], nothing["skipped"]], [2, 0, 0]);
  assert.deepEqual(grpo.policy.snapshot(), before);
  const some = candidates.map((candidate, i) => ({ ...candidate, reward: i === 0 ? null : i }));
  const stats = grpo.update([{ candidates: some }, equal]);
  assert.deepEqual([stats["dropped"], stats["missing"], stats["tokens"]], [1, 1, 7 * 3]);
});

Deno.test("grpo refuses decisions without their log-probability, and says what to use", () => {
  const grpo = createGrpo(small);
  const candidates = [0, 1].map((reward) => ({ steps: [{ obs: [1], action: 0 }], reward }));
  assert.throws(() => grpo.update([{ candidates }]), /not GRPO; use createCloner/);
});

Deno.test("grpo refuses decisions that cannot have been made, and changes nothing", () => {
  const grpo = createGrpo({ ...small, maxLength: 2 });
  const before = grpo.snapshot();
  const step = { obs: [1], action: 0, logp: -1 };
  for (
    const steps of [
      [{ ...step, logp: 0.5 }],
      [{ ...step, logp: NaN }],
      [{ ...step, logp: -Infinity }],
      [{ ...step, action: 3 }],
      [{ ...step, action: -1 }],
      [{ ...step, obs: [NaN] }],
      [{ ...step, obs: [] }],
      [{ ...step, mask: [false, true, true] }],
      [{ ...step, mask: [true] }],
      [step, step, step],
    ]
  ) {
    const candidates = [{ steps: [step], reward: 1 }, { steps, reward: 0 }];
    assert.throws(() => grpo.update([{ candidates }]), /group 0, candidate 1/);
  }
  assert.throws(() =>
    grpo.update([{ candidates: [0, NaN].map((reward) => ({ steps: [step], reward })) }])
  );
  assert.deepEqual(grpo.snapshot(), before);
});

Deno.test("grpo learns in environments that start alike, and goes on bit for bit", async () => {
  const make = () =>
    onGroups(
      createGrpo({ ...small, obsSize: 4, beta: 0.001, maxLength: 8 }),
      createGroupSource({ makeEnv: () => corridor(4, 8), groups: 2, maxLength: 8 }),
    );
  const whole = make();
  const checkpoints = memoryStore();
  const expected = await train(whole, { steps: 3000 });
  assert.ok(expected.meanReturn > 0.9, `${expected.meanReturn}`);
  await train(make(), { steps: 1000, checkpoints });
  const rest = make();
  const result = await train(rest, { steps: 3000, checkpoints, resume: true });
  assert.deepEqual({ ...result, resumed: false }, expected);
  assert.deepEqual(rest.snapshot(), whole.snapshot());
});

Deno.test("grpo.restore() takes the reference over too", () => {
  const one = createGrpo({ ...small, beta: 1 });
  for (let i = 0; i < 3; i++) one.update([group(one)]);
  const other = createGrpo({ ...small, beta: 1, seed: 99 });
  other.restore(JSON.parse(JSON.stringify(one.snapshot())))();
  const next = [group(one)];
  assert.deepEqual(other.update(next), one.update(next));
});

Deno.test("grpo.restore() refuses a snapshot with a reference where there is none", () => {
  const kept = createGrpo({ ...small, beta: 1 }).snapshot();
  assert.throws(() => createGrpo(small).restore(kept), /a reference policy on one side only/);
});
