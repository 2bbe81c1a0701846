import assert from "node:assert/strict";
import { contextEnv, corridor } from "./_testing.ts";
import { createGroupSource } from "./group_source.ts";
import { createGrpo } from "./grpo.ts";

Deno.test("groupSource starts a group's candidates alike, and groups differently", async () => {
  const { policy } = createGrpo({ obsSize: 1, actions: 2 });
  const source = createGroupSource({ makeEnv: (i) => contextEnv(i), groups: 12 });
  source.start(3);
  const firsts = (await source.next(policy)).map(({ candidates }) => {
    assert.equal(candidates.length, 8);
    const starts = new Set(candidates.map(({ steps }) => steps[0]!.obs[0]));
    assert.equal(starts.size, 1);
    return [...starts][0];
  });
  assert.equal(new Set(firsts).size, 2);
});

Deno.test("groupSource logs masks and log-probabilities, and cuts at maxLength", async () => {
  const { policy } = createGrpo({ obsSize: 4, actions: 3 });
  const source = createGroupSource({ makeEnv: () => corridor(9), maxLength: 5, groups: 1 });
  const wide = createGrpo({ obsSize: 9, actions: 3 }).policy;
  await assert.rejects(source.next(policy), /9 features/);
  const [{ candidates }] = await source.next(wide) as [{ candidates: never[] }];
  for (const { steps } of candidates as { steps: { logp: number; mask: boolean[] }[] }[]) {
    assert.equal(steps.length, 5);
    assert.ok(Math.abs(steps[0]!.logp) < 1e-12, "only one way led on");
    assert.deepEqual(steps[0]!.mask, [false, true, false]);
  }
});

Deno.test("groupSource takes a sum with a missing reward for missing", async () => {
  const { policy } = createGrpo({ obsSize: 1, actions: 2 });
  const env = contextEnv();
  const broken = { ...env, step: (action: number) => ({ ...env.step(action), reward: NaN }) };
  const source = createGroupSource({ makeEnv: (i) => i === 0 ? broken : env, groupSize: 2 });
  const [group] = await source.next(policy);
  assert.equal(group!.candidates[0]!.reward, null);
  assert.notEqual(group!.candidates[1]!.reward, null);
});

Deno.test("groupSource refuses damaged states and counts that are none", () => {
  const source = createGroupSource({ makeEnv: () => contextEnv() });
  for (const damage of [null, {}, { seed: 1 }, { seed: 1, made: 0.5 }]) {
    assert.throws(() => source.restore(damage), RangeError);
  }
  assert.throws(() => createGroupSource({ makeEnv: () => contextEnv(), groups: 0 }), RangeError);
});
