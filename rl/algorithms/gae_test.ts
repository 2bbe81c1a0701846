import assert from "node:assert/strict";
import { gae, type Rollout } from "./gae.ts";

/** One copy, five steps; the third ends its episode. */
function rollout(ended: "terminated" | "truncated" | "neither"): Rollout {
  const flag = (kind: string) => new Uint8Array([0, 0, ended === kind ? 1 : 0, 0, 0]);
  return {
    steps: 5,
    n: 1,
    reward: new Float64Array([1, 2, 3, 4, 5]),
    value: new Float64Array([0.5, -1, 2, 0.25, 1]),
    terminated: flag("terminated"),
    truncated: flag("truncated"),
    finalValue: new Float64Array([0, 0, 10, 0, 0]),
    lastValue: new Float64Array([7]),
  };
}

/** By the definition: a sum of discounted differences up to the end of the episode. */
function wanted(ended: string, bootstrap: number, gamma: number, lambda: number): number[] {
  const { reward, value, lastValue } = rollout("neither");
  return [...reward].map((_, t) => {
    let sum = 0;
    for (let k = t; k < 5; k++) {
      const end = k === 2 && ended !== "neither";
      const next = end ? bootstrap : k === 4 ? lastValue[0]! : value[k + 1]!;
      sum += (gamma * lambda) ** (k - t) * (reward[k]! + gamma * next - value[k]!);
      if (end) break;
    }
    return sum;
  });
}

function close(a: Float64Array, b: readonly number[]): void {
  b.forEach((value, i) => assert.ok(Math.abs(a[i]! - value) < 1e-12, `${a} != ${b}`));
}

Deno.test("gae() sums discounted differences, and stops where the task ended", () => {
  for (const ended of ["neither", "terminated"] as const) {
    for (const [gamma, lambda] of [[0.99, 0.95], [1, 1], [0.9, 0]] as const) {
      const advantage = new Float64Array(5);
      gae(rollout(ended), advantage, { gamma, lambda });
      close(advantage, wanted(ended, 0, gamma, lambda));
    }
  }
});

Deno.test("gae() bootstraps with the value of the last observation at a limit of time", () => {
  const advantage = new Float64Array(5);
  gae(rollout("truncated"), advantage);
  close(advantage, wanted("truncated", 10, 0.99, 0.95));
});

Deno.test("gae() counts a limit of time as the end with cleanrlCompat", () => {
  const [compat, terminated] = [new Float64Array(5), new Float64Array(5)];
  gae(rollout("truncated"), compat, { cleanrlCompat: true });
  gae(rollout("terminated"), terminated);
  assert.deepEqual(compat, terminated);
});

Deno.test("gae() keeps the copies of an environment apart", () => {
  const one = rollout("truncated");
  const other = rollout("neither");
  const both = (name: "reward" | "value" | "finalValue") =>
    new Float64Array(10).map((_, i) => (i % 2 === 0 ? one : other)[name][i >> 1]!);
  const flags = (name: "terminated" | "truncated") =>
    new Uint8Array(10).map((_, i) => (i % 2 === 0 ? one : other)[name][i >> 1]!);
  const advantage = new Float64Array(10);
  gae({
    steps: 5,
    n: 2,
    reward: both("reward"),
    value: both("value"),
    terminated: flags("terminated"),
    truncated: flags("truncated"),
    finalValue: both("finalValue"),
    lastValue: new Float64Array([7, 7]),
  }, advantage);
  close(advantage.filter((_, i) => i % 2 === 0), wanted("truncated", 10, 0.99, 0.95));
  close(advantage.filter((_, i) => i % 2 === 1), wanted("neither", 0, 0.99, 0.95));
});
