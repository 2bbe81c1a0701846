// The estimators of one step: against their formulas, and unbiased where they claim to be.
import assert from "node:assert/strict";
import { createRng } from "../rng.ts";
import { clippedIps } from "./clipped_ips.ts";
import { directMethod } from "./direct_method.ts";
import { doublyRobust } from "./doubly_robust.ts";
import { drOs } from "./dr_os.ts";
import { fitRewards } from "./fit_rewards.ts";
import { ips } from "./ips.ts";
import { sndr } from "./sndr.ts";
import { snips } from "./snips.ts";
import { switchDr } from "./switch_dr.ts";
import { everyRow, greedy, logOf, near, valueOf, type World } from "./_test_world.ts";
import type { LoggedRow, WeighedLog } from "./types.ts";
import { weighRows } from "./weigh_rows.ts";

const world: World = [[0.2, 0.9, 0.5], [0.8, 0.1, 0.4]];
const logger = greedy(() => 0, 0.6);
const target = greedy((x) => 1 - x, 0.3);

/** Five rows with weights 2, 0, 4, 2, 0 and rewards 1, 1, 0, 0.5, 0. */
const five = weighRows(
  [[0, 0.5, 1], [1, 0.5, 1], [0, 0.25, 0], [0, 0.5, 0.5], [1, 0.25, 0]].map(
    ([action, propensity, reward]): LoggedRow => ({
      context: [],
      mask: [true, true],
      action: action!,
      propensity: propensity!,
      reward: reward!,
    }),
  ),
  { probs: () => [1, 0] },
);
const w = [2, 0, 4, 2, 0];
const r = [1, 1, 0, 0.5, 0];
const model = {
  taken: Float64Array.of(0.5, 0.3, 0.4, 0.6, 0.1),
  value: Float64Array.of(0.5, 0.6, 0.4, 0.6, 0.2),
};
const mean = (of: (i: number) => number) => w.reduce((sum, _, i) => sum + of(i), 0) / w.length;
const errorOf = (of: (i: number) => number) =>
  Math.sqrt(mean((i) => (of(i) - mean(of)) ** 2) / (w.length - 1));

Deno.test("ips() is mean(w r) with se^2 = var(w r) / n", () => {
  const { value, se, effective, width } = ips(five);
  near(value, mean((i) => w[i]! * r[i]!));
  near(se, errorOf((i) => w[i]! * r[i]!));
  near(effective, 64 / 24);
  assert.equal(width, 4);
});

Deno.test("ips() and doublyRobust() have the policy's value as their expectation", () => {
  let [byIps, byDr] = [0, 0];
  const wrong = {
    taken: (x: number, a: number) => 0.3 * x + 0.1 * a,
    value: (x: number, probs: Float64Array) =>
      probs.reduce((sum, p, a) => sum + p * (0.3 * x + 0.1 * a), 0),
  };
  for (const { row, p } of everyRow(world, logger)) {
    const log = weighRows([row], target);
    const [x] = row.context;
    byIps += p * ips(log).value;
    byDr += p * doublyRobust(log, {
      taken: Float64Array.of(wrong.taken(x!, row.action)),
      value: Float64Array.of(wrong.value(x!, log.probs[0]!)),
    }).value;
  }
  near(byIps, valueOf(world, target));
  near(byDr, valueOf(world, target));
});

Deno.test("clippedIps() cuts weights at the root of n and tells the mass it cut", () => {
  const { value, chosen } = clippedIps(five);
  const clip = Math.sqrt(5);
  near(value, (2 * 1 + clip * 0 + 2 * 0.5) / 5);
  near(chosen!["clippedMass"]!, (4 - clip) / 8);
  assert.throws(() => clippedIps(five, 0), /clipped at a number above 0/);
});

Deno.test("snips() is sum(w r) / sum w with the error of the delta method", () => {
  const { value, se } = snips(five);
  near(value, 3 / 8);
  near(se, Math.sqrt(w.reduce((sum, w, i) => sum + w * w * (r[i]! - 3 / 8) ** 2, 0)) / 8);
});

Deno.test("snips() and sndr() refuse a log whose mean weight is far from 1, or 0", () => {
  const rows = logOf(world, logger, 1000, createRng(3));
  const broken = weighRows(rows.map((row) => ({ ...row, propensity: 1 / 3 })), target);
  const none = weighRows(rows.slice(0, 1).map((row) => ({ ...row, action: 2 })), {
    probs: () => [1, 0, 0],
  });
  for (const estimate of [snips, (log: WeighedLog) => sndr(log, model)]) {
    assert.throws(() => estimate(broken), /the log is refused: mean weight/);
    assert.throws(() => estimate(none), /nothing to weigh/);
  }
});

Deno.test("directMethod() is the mean of the model, doublyRobust() adds weighed residuals", () => {
  near(directMethod(five, model).value, 0.46);
  const term = (i: number) => model.value[i]! + w[i]! * (r[i]! - model.taken[i]!);
  near(doublyRobust(five, model).value, mean(term));
  near(doublyRobust(five, model).se, errorOf(term));
});

Deno.test("sndr() divides the weighed residuals by the sum of the weights", () => {
  const residuals = w.reduce((sum, w, i) => sum + w * (r[i]! - model.taken[i]!), 0);
  near(sndr(five, model).value, 0.46 + residuals / 8);
});

Deno.test("switchDr() leaves out weights over tau, drOs() shrinks them", () => {
  const residual = (i: number) => r[i]! - model.taken[i]!;
  near(
    switchDr(five, { model, tau: 2 }).value,
    mean((i) => model.value[i]! + (w[i]! <= 2 ? w[i]! * residual(i) : 0)),
  );
  near(
    drOs(five, { model, lambda: 3 }).value,
    mean((i) => model.value[i]! + 3 * w[i]! / (w[i]! ** 2 + 3) * residual(i)),
  );
  for (const at of [0, Infinity]) {
    const plain = at ? doublyRobust(five, model) : directMethod(five, model);
    near(switchDr(five, { model, tau: at }).value, plain.value);
    near(drOs(five, { model, lambda: at }).value, plain.value);
  }
  assert.throws(() => switchDr(five, { model, tau: -1 }), /tau is a weight/);
  assert.throws(() => drOs(five, { model, lambda: NaN }), /lambda is a number/);
});

Deno.test("switchDr() and drOs() choose the least bias bound squared plus variance", () => {
  const rows = logOf(world, greedy((x) => x, 0.15), 300, createRng(5));
  const log = weighRows(rows, target);
  const fitted = fitRewards(log);
  const errorAt = (terms: Float64Array, v: (w: number) => number) => {
    const n = terms.length;
    const middle = terms.reduce((sum, t) => sum + t, 0) / n;
    const variance = terms.reduce((sum, t) => sum + (t - middle) ** 2, 0) / (n - 1) / n;
    const bias = log.weights.reduce(
      (sum, w, i) => sum + (w - v(w)) * Math.abs(log.rewards[i]! - fitted.taken[i]!) / n,
      0,
    );
    return variance + bias ** 2;
  };
  const best = switchDr(log, { model: fitted });
  const bestOs = drOs(log, { model: fitted });
  const [tau, lambda] = [best.chosen!["tau"]!, bestOs.chosen!["lambda"]!];
  const cut = (tau: number) => (w: number) => w <= tau ? w : 0;
  const shrunk = (l: number) => (w: number) => l === Infinity ? w : l * w / (w * w + l) || 0;
  for (const other of new Set(log.weights)) {
    const at = switchDr(log, { model: fitted, tau: other });
    assert.ok(errorAt(best.terms, cut(tau)) <= errorAt(at.terms, cut(other)) + 1e-12);
  }
  for (const other of [0, 1, 10, 100, 1000, Infinity]) {
    const at = drOs(log, { model: fitted, lambda: other });
    // Between two of the lambdas tried there may be a slightly better one; the ends are tried.
    const most = other > 0 && other < Infinity ? 1.05 : 1;
    const error = errorAt(at.terms, shrunk(other));
    assert.ok(errorAt(bestOs.terms, shrunk(lambda)) <= most * error + 1e-12);
  }
  // With many rows any bias costs more than the variance it saves.
  const many = weighRows(logOf(world, logger, 5000, createRng(6)), target);
  const poor = { taken: new Float64Array(5000), value: new Float64Array(5000) };
  assert.equal(drOs(many, { model: poor }).chosen!["lambda"], Infinity);
});

Deno.test("fitRewards() shrinks each action towards the mean of all", () => {
  const bare = (action: number, reward: number) => ({
    context: [],
    mask: [true, true, true],
    action,
    propensity: 0.5,
    reward,
  });
  // Fold 1 is predicted from rows 0, 2 and 4: action 0 earned 1 and 1, action 1 earned 0.
  const rows = [bare(0, 1), bare(2, 0), bare(0, 1), bare(2, 0), bare(1, 0)];
  const log = weighRows(rows, { probs: () => [0.2, 0.3, 0.5] });
  const { taken, value } = fitRewards(log, { folds: 2, lambda: 1 });
  const [q0, q1, q2] = [2 / 3 + 2 * (1 / 3) / 3, 2 / 3 - 2 / 3 / 2, 2 / 3];
  near(taken[1]!, q2);
  near(value[1]!, 0.2 * q0 + 0.3 * q1 + 0.5 * q2);
});

Deno.test("fitRewards() recovers linear rewards, and stays within the rewards seen", () => {
  const rng = createRng(2);
  const rows = Array.from({ length: 400 }, () => {
    const context = [rng.float(), rng.float()];
    const action = rng.int(2);
    const reward = 0.2 + 0.3 * context[action]! + 0.2 * context[0]!;
    return { context, mask: [true, true], action, propensity: 0.5, reward };
  });
  const log = weighRows(rows, { probs: () => [0, 1] });
  const { taken, value } = fitRewards(log, { lambda: 1e-6 });
  rows.forEach(({ context, reward }, i) => {
    near(taken[i]!, reward, 0.01);
    near(value[i]!, 0.2 + 0.3 * context[1]! + 0.2 * context[0]!, 0.01);
  });
  const far = weighRows([...rows.slice(0, 20), { ...rows[20]!, context: [50, 50] }], {
    probs: () => [0, 1],
  });
  assert.ok(fitRewards(far, { lambda: 1e-6 }).value.every((q) => q >= 0 && q <= 1));
});

Deno.test("fitRewards() predicts a row by a model that has not seen it", () => {
  const rows = logOf(world, logger, 50, createRng(4));
  const before = fitRewards(weighRows(rows, target)).taken[7];
  const changed = rows.map((row, i) => i === 7 ? { ...row, reward: 1 - row.reward } : row);
  const after = fitRewards(weighRows(changed, target));
  assert.equal(after.taken[7], before);
  assert.notEqual(after.taken[8], fitRewards(weighRows(rows, target)).taken[8]);
});

Deno.test("fitRewards() and the estimators refuse what they cannot work with", () => {
  const empty = weighRows([], target);
  assert.throws(() => fitRewards(five, { folds: 1 }), /2 to 5 folds/);
  assert.throws(() => fitRewards(five, { folds: 6 }), /2 to 5 folds/);
  assert.throws(() => fitRewards(five, { lambda: 0 }), /finite strength above 0/);
  assert.throws(() => fitRewards(empty), /2 rows at least/);
  for (const estimate of [ips, clippedIps, snips]) {
    assert.throws(() => estimate(empty), /no row is left/);
  }
});
