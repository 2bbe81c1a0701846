import assert from "node:assert/strict";
import { makeVariant, play, SIZE, variantName, VARIANTS } from "./_testing.ts";
import { restoreBandit, withArms } from "./mod.ts";

const ARMS = ["a", "b", "7"];
const CONTEXT = Array.from({ length: SIZE }, (_, i) => i / 3);

for (const variant of VARIANTS) {
  Deno.test(`withArms() keeps what ${variantName(variant)} learned of the other arms`, () => {
    const bandit = makeVariant(variant, ARMS);
    play(bandit, 50, 3);
    const changed = withArms(bandit.snapshot(), { add: ["3", "b"], remove: ["a"] });
    const restored = restoreBandit(JSON.parse(JSON.stringify(changed)));
    assert.deepEqual(restored.arms, ["b", "7", "3"]);
    assert.deepEqual(restored.estimate(0, CONTEXT), bandit.estimate(1, CONTEXT));
    assert.deepEqual(restored.estimate(1, CONTEXT), bandit.estimate(2, CONTEXT));
    const fresh = makeVariant(variant, ["x"]).estimate(0, CONTEXT);
    if (variant[1]["scale"] !== "standard") {
      assert.deepEqual(restored.estimate(2, CONTEXT), fresh);
    }
    play(restored, 50, 4);
  });
}

Deno.test("restoreBandit() puts the arms there are now first and keeps the others behind", () => {
  const bandit = makeVariant(["ucb1", {}], ARMS);
  bandit.update(1, 1);
  const restored = restoreBandit(bandit.snapshot(), ["new", "7"]);
  assert.deepEqual(restored.arms, ["new", "7", "a", "b"]);
  assert.deepEqual([0, 1, 2, 3].map((arm) => restored.estimate(arm).count), [0, 0, 0, 1]);
});

Deno.test("withArms() refuses to take away what is not there, or all", () => {
  const snapshot = makeVariant(["ucb1", {}], ARMS).snapshot();
  assert.throws(() => withArms(snapshot, { remove: ["c"] }), /no arm "c" .* there are a, b, 7/);
  assert.throws(() => withArms(snapshot, { remove: ARMS }), /no arm would be left/);
});
