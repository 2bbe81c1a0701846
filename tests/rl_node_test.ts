/** `rl/mod.ts` in Node as it is: types are stripped, nothing else is done to it. */
import assert from "node:assert/strict";
import { findNode } from "./_find_node.ts";

const node = await findNode();
// deno-lint-ignore no-console -- a skipped check says so
if (node === undefined) console.log("SKIP rl in Node: no Node 22.18 or newer, and npm gave none");

Deno.test({
  name: "rl/mod.ts runs in Node: a bandit learns, a policy is judged, a network trains",
  ignore: node === undefined,
  async fn() {
    const mod = new URL("../rl/mod.ts", import.meta.url).href;
    const script = `
      import * as rl from ${JSON.stringify(mod)};
      const bandit = rl.makeBandit("thompson", ["a", "b"], { seed: 1 });
      const world = rl.createRng(2);
      const rows = [];
      for (let i = 0; i < 400; i++) {
        const { arm, propensity } = bandit.pick([true, true]);
        const reward = world.float() < (arm === 1 ? 0.8 : 0.3) ? 1 : 0;
        bandit.update(arm, reward);
        rows.push({ context: [], mask: [true, true], action: arm, propensity, reward });
      }
      const report = rl.evaluatePolicy(rows, { probs: () => [0, 1] }, { resamples: 0 });
      const env = rl.createCartPoleVector(4, { seed: 3 });
      env.step([0, 1, 0, 1]);
      console.log(JSON.stringify({
        better: bandit.estimate(1).mean > bandit.estimate(0).mean,
        value: report.estimates.snips.value,
        obs: env.obs.length,
        prior: rl.toolPrior().words.size > 100,
      }));`;
    const { code, stdout, stderr } = await new Deno.Command(node!, {
      args: ["--no-warnings", "--input-type=module", "--eval", script],
    }).output();
    const text = new TextDecoder();
    assert.equal(code, 0, text.decode(stderr));
    const said = JSON.parse(text.decode(stdout));
    assert.deepEqual([said.better, said.obs, said.prior], [true, 16, true]);
    assert.ok(Math.abs(said.value - 0.8) < 0.1);
  },
});
