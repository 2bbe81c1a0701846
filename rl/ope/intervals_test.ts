// Intervals for one look, and the ones that may be looked at again and again.
import assert from "node:assert/strict";
import { createRng, type Rng } from "../rng.ts";
import { bernsteinInterval } from "./bernstein_interval.ts";
import { bootstrapInterval } from "./bootstrap_interval.ts";
import { createConfidenceSequence } from "./confidence_sequence.ts";
import { ips } from "./ips.ts";
import { createLowerBound, type LowerBoundSnapshot } from "./lower_bound.ts";
import { normalInterval } from "./normal_interval.ts";
import { sndr } from "./sndr.ts";
import { snips } from "./snips.ts";
import { draw, greedy, logOf, near, valueOf, type World } from "./_test_world.ts";
import { createValueSequence } from "./value_sequence.ts";
import { weighRows } from "./weigh_rows.ts";

const world: World = [[0.2, 0.9, 0.5], [0.8, 0.1, 0.4]];
const logger = greedy(() => 0, 0.6);
const target = greedy((x) => 1 - x, 0.3);
const log = weighRows(logOf(world, logger, 400, createRng(1)), target);

Deno.test("normalInterval() is value +- 1.96 se, and none under 100 effective rows", () => {
  const estimate = ips(log);
  const { low, high } = normalInterval(estimate)!;
  near(low, estimate.value - 1.959963984540054 * estimate.se);
  near(high, estimate.value + 1.959963984540054 * estimate.se);
  assert.equal(normalInterval({ ...estimate, effective: 100 }), undefined);
  assert.equal(normalInterval({ ...estimate, effective: NaN }), undefined);
  for (const alpha of [0, 1, NaN]) {
    assert.throws(() => normalInterval(estimate, alpha), /rate of errors/);
  }
});

Deno.test("bernsteinInterval() is the bound of Maurer and Pontil on each side", () => {
  const estimate = ips(log);
  const half = (width: number, delta: number) => {
    const n = 400;
    const l = Math.log(2 / delta);
    return Math.sqrt(2 * estimate.se ** 2 * n * l / n) + 7 * width * l / (3 * (n - 1));
  };
  near(bernsteinInterval(estimate)!.low, estimate.value - half(5, 0.025));
  near(bernsteinInterval(estimate, { width: 3, alpha: 0.1 })!.high, estimate.value + half(3, 0.05));
  assert.equal(bernsteinInterval(snips(log)), undefined);
  assert.equal(bernsteinInterval(ips(weighRows(log.rows.slice(0, 1), target))), undefined);
  assert.throws(() => bernsteinInterval(estimate, { width: 0 }), /width of a range/);
});

Deno.test("bootstrapInterval() is near the normal one, and the same for the same seed", () => {
  for (const estimate of [ips(log), snips(log), sndr(log)]) {
    const { low, high } = bootstrapInterval(estimate, { rng: createRng(3) });
    const normal = normalInterval(estimate)!;
    near(low, normal.low, 0.35 * estimate.se);
    near(high, normal.high, 0.35 * estimate.se);
    assert.deepEqual(bootstrapInterval(estimate, { rng: createRng(3) }), { low, high });
  }
  assert.throws(() => bootstrapInterval(ips(log), { resamples: 1 }), /2 resamples at least/);
});

/** How often a bound was ever above the mean, over runs. */
function everAbove(runs: number, steps: number, mean: number, next: (rng: Rng) => number) {
  let [betting, normal] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const rng = createRng(run);
    const bound = createLowerBound({ least: 0, alpha: 0.1, candidates: [mean] });
    let [sum, squares, naive] = [0, 0, false];
    for (let n = 1; n <= steps; n++) {
      const x = next(rng);
      bound.add(x);
      sum += x;
      squares += x * x;
      const se = Math.sqrt((squares / n - (sum / n) ** 2) / n);
      naive ||= n >= 30 && sum / n - 1.2816 * se > mean;
    }
    if (bound.bound() > 0) betting++;
    if (naive) normal++;
  }
  return { betting: betting / runs, normal: normal / runs };
}

Deno.test("createLowerBound() is ever above the mean at most at its rate", () => {
  const coin = everAbove(400, 400, 0.3, (rng) => rng.float() < 0.3 ? 1 : 0);
  assert.ok(coin.betting <= 0.1, `${coin.betting}`);
  assert.ok(coin.normal > 0.2, `the check has no power: ${coin.normal}`);
  const heavy = everAbove(400, 400, 0.5, (rng) => rng.float() < 0.05 ? 10 : 0);
  assert.ok(heavy.betting <= 0.1, `${heavy.betting}`);
});

Deno.test("createLowerBound() comes near the mean", () => {
  const rng = createRng(1);
  const candidates = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);
  const bound = createLowerBound({ least: 0, candidates });
  assert.equal(bound.bound(), 0);
  for (let i = 0; i < 3000; i++) bound.add(rng.float() < 0.6 ? 1 : 0);
  assert.ok(bound.bound() > 0.55 && bound.bound() < 0.61, `${bound.bound()}`);
});

Deno.test("createLowerBound() multiplies capitals by 1 + f (x - m) / (m - least)", () => {
  const bound = createLowerBound({ least: -2, candidates: [0, 1] });
  bound.add(0.5);
  bound.add(-1);
  const { capital } = bound.snapshot();
  for (let k = 0; k < 10; k++) {
    const f = 0.95 / 2 ** k;
    near(capital[k]!, (1 + f * 0.5 / 2) * (1 - f * 1 / 2));
    near(capital[10 + k]!, (1 - f * 0.5 / 3) * (1 - f * 2 / 3));
  }
});

Deno.test("createLowerBound() goes on from a snapshot bit for bit", () => {
  const rng = createRng(2);
  const whole = createLowerBound({ least: -3, candidates: [-1, 0, 0.2, 0.5] });
  let parts = createLowerBound({ least: -3, candidates: [-1, 0, 0.2, 0.5] });
  for (let i = 0; i < 300; i++) {
    const x = 4 * rng.float() - 1.5;
    whole.add(x);
    parts.add(x);
    parts = createLowerBound(JSON.parse(JSON.stringify(parts.snapshot())));
    assert.equal(parts.bound(), whole.bound());
  }
  assert.deepEqual(parts.snapshot(), whole.snapshot());
  assert.ok(whole.snapshot().excluded > 0);
});

Deno.test("createLowerBound() refuses values that would make it untrue", () => {
  const bound = createLowerBound({ least: 0, candidates: [0.5] });
  bound.add(1);
  const before = bound.snapshot();
  for (const bad of [-0.1, NaN, Infinity, -Infinity]) {
    assert.throws(() => bound.add(bad), /finite and at least 0 was expected/);
  }
  assert.deepEqual(bound.snapshot(), before);
  bound.add(-1e-12);
  for (const candidates of [[], [0], [0.5, 0.5], [0.5, 0.4], [NaN], [Infinity]]) {
    assert.throws(() => createLowerBound({ least: 0, candidates }), /ascending/);
  }
});

Deno.test("createLowerBound() refuses damaged snapshots and unknown versions", () => {
  const bound = createLowerBound({ least: 0, candidates: [0.25, 0.5] });
  for (let i = 0; i < 5; i++) bound.add(1);
  const whole = bound.snapshot();
  const damaged: Partial<Record<keyof LowerBoundSnapshot, unknown>>[] = [
    { n: -1 },
    { n: 0.5 },
    { excluded: 3 },
    { capital: [] },
    { capital: whole.capital.map(() => NaN) },
    { capital: whole.capital.map(() => -1) },
    { capital: whole.capital.map(() => null) },
    { candidates: [0.5] },
  ];
  for (const change of damaged) {
    assert.throws(
      () => createLowerBound({ ...whole, ...change } as LowerBoundSnapshot),
      /damaged snapshot/,
      JSON.stringify(change),
    );
  }
  const newer = { ...whole, v: 2 } as unknown as LowerBoundSnapshot;
  assert.throws(() => createLowerBound(newer), /version 2, known is 1/);
});

Deno.test("createConfidenceSequence() holds the mean of paired differences all the time", () => {
  let missed = 0;
  for (let run = 0; run < 150; run++) {
    const rng = createRng(run);
    const sequence = createConfidenceSequence({ least: -5, most: 5, alpha: 0.1, places: 9 });
    // Weights are 5 or 0, so the differences have the mean 0, which is one of the places.
    for (let i = 0; i < 300; i++) {
      sequence.add(rng.float() < 0.1 ? (rng.float() < 0.5 ? 5 : -5) : 0);
    }
    const { low, high } = sequence.interval();
    if (low >= 0 || high <= 0) missed++;
  }
  assert.ok(missed <= 15, `${missed} of 150`);
});

Deno.test("createConfidenceSequence() narrows, is stored and refuses values outside", () => {
  const rng = createRng(4);
  let sequence = createConfidenceSequence({ least: -1, most: 3 });
  assert.deepEqual(sequence.interval(), { low: -1, high: 3 });
  for (let i = 0; i < 1000; i++) sequence.add(rng.float());
  sequence = createConfidenceSequence(JSON.parse(JSON.stringify(sequence.snapshot())));
  for (let i = 0; i < 1000; i++) sequence.add(rng.float());
  const { low, high } = sequence.interval();
  assert.ok(low > 0.4 && low < 0.5 && high > 0.5 && high < 0.62, `${low} to ${high}`);
  const before = sequence.snapshot();
  for (const bad of [-1.1, 3.1, NaN]) assert.throws(() => sequence.add(bad), /from -1 to 3/);
  assert.deepEqual(sequence.snapshot(), before);
  assert.throws(() => createConfidenceSequence({ least: 1, most: 1 }), /not a range/);
  assert.throws(
    () => createConfidenceSequence({ least: 0, most: 1, places: 0 }),
    /1 place or more/,
  );
  const newer = { ...before, v: 2 } as unknown as typeof before;
  assert.throws(() => createConfidenceSequence(newer), /version 2, known is 1/);
});

Deno.test("createValueSequence() holds the value all the time while the logging learns", () => {
  let missed = 0;
  let width = 0;
  const value = valueOf(world, target);
  for (let run = 0; run < 100; run++) {
    const rng = createRng(run);
    const sequence = createValueSequence({ alpha: 0.1, places: 60 });
    // The logger takes what has earned most so far, with a floor.
    const [sums, counts] = [[0, 0, 0], [1, 1, 1]];
    for (let i = 0; i < 300; i++) {
      const means = sums.map((sum, a) => sum / counts[a]!);
      const row = draw(world, greedy(() => means.indexOf(Math.max(...means)), 0.6), rng);
      sums[row.action]! += row.reward;
      counts[row.action]!++;
      const w = target.probs(row.context, row.mask)[row.action]! / row.propensity;
      sequence.add(w, row.reward);
    }
    const { low, high } = sequence.interval();
    if (low > value || high < value) missed++;
    width += (high - low) / 100;
  }
  assert.ok(missed <= 10, `${missed} of 100`);
  assert.ok(width < 0.5, `${width}`);
});

Deno.test("createValueSequence() maps its range, is stored and refuses what it cannot use", () => {
  const half = createValueSequence({ rewardRange: [-1, 1] });
  for (let i = 0; i < 2000; i++) half.add(1, i % 2 ? 1 : 0);
  const again = createValueSequence(JSON.parse(JSON.stringify(half.snapshot())));
  const { low, high } = again.interval();
  assert.ok(low > 0.4 && low < 0.5 && high > 0.5 && high < 0.6, `${low} to ${high}`);
  const before = again.snapshot();
  for (const [w, r] of [[-1, 0], [NaN, 0], [Infinity, 1], [1, 2], [1, NaN], [1e308, -1]]) {
    assert.throws(() => again.add(w!, r!), /was expected|importance weight/);
  }
  assert.deepEqual(again.snapshot(), before);
});
