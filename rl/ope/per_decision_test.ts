// Episodes: what several decisions in a row would have brought.
import assert from "node:assert/strict";
import { createRng } from "../rng.ts";
import { doublyRobust } from "./doubly_robust.ts";
import { perDecisionDr } from "./per_decision_dr.ts";
import { perDecisionIs } from "./per_decision_is.ts";
import { returnToGo } from "./return_to_go.ts";
import { draw, everyRow, greedy, logOf, near, valueOf, type World } from "./_test_world.ts";
import type { Episode } from "./types.ts";
import { weighEpisodes } from "./weigh_episodes.ts";
import { weighRows } from "./weigh_rows.ts";

const first: World = [[0.2, 0.9]];
/** What follows depends on the first action: the context of the second step is that action. */
const second: World = [[0.1, 0.3], [0.7, 0.9]];
const logger = greedy(() => 0, 0.7);
const target = greedy(() => 1, 0.4);
const gamma = 0.9;
const row = { context: [0], mask: [true, true], action: 0, propensity: 0.5, reward: 1 };

/** Value of a policy whose first action decides where the second is taken. */
function truth(): number {
  const [p0, p1] = [0, 1].map((a) => target.probs([0], [true, true])[a]!);
  const later = [0, 1].map((x) => valueOf([second[x]!], greedy(() => 1, 0.4)));
  return valueOf(first, target) + gamma * (p0! * later[0]! + p1! * later[1]!);
}

Deno.test("perDecisionIs() has the discounted return as its expectation", () => {
  let value = 0;
  for (const { row: one, p } of everyRow(first, logger)) {
    for (const { row: two, p: then } of everyRow([second[one.action]!], logger)) {
      const episode = [one, { ...two, context: [one.action] }];
      value += p * then * perDecisionIs(weighEpisodes([episode], target, { gamma })).value;
    }
  }
  near(value, truth());
});

Deno.test("perDecisionIs() weighs a reward by the decisions up to it only", () => {
  const episode = [row, { ...row, action: 1, reward: 0.5 }, row];
  const { value } = perDecisionIs(
    weighEpisodes([episode], { probs: () => [0.75, 0.25] }, { gamma }),
  );
  near(value, 1.5 * 1 + gamma * 1.5 * 0.5 * 0.5 + gamma ** 2 * 1.5 * 0.5 * 1.5 * 1);
});

Deno.test("perDecisionDr() is near the truth with less error than perDecisionIs()", () => {
  const rng = createRng(9);
  const sums = { is: 0, dr: 0 };
  const runs = 60;
  let meanDr = 0;
  for (let run = 0; run < runs; run++) {
    const episodes = Array.from({ length: 150 }, (): Episode => {
      const one = draw(first, logger, rng);
      const two = draw([second[one.action]!], logger, rng);
      return [one, { ...two, context: [one.action] }];
    });
    const log = weighEpisodes(episodes, target, { gamma });
    sums.is += (perDecisionIs(log).value - truth()) ** 2;
    const dr = perDecisionDr(log).value;
    sums.dr += (dr - truth()) ** 2;
    meanDr += dr / runs;
  }
  assert.ok(sums.dr < 0.8 * sums.is, `${sums.dr} against ${sums.is}`);
  near(meanDr, truth(), 4 * Math.sqrt(sums.dr / runs / runs));
});

Deno.test("perDecisionDr() of episodes of one step is doublyRobust()", () => {
  const rows = logOf(first, logger, 40, createRng(2));
  const byRows = doublyRobust(weighRows(rows, target));
  const byEpisodes = perDecisionDr(weighEpisodes(rows.map((row) => [row]), target));
  near(byEpisodes.value, byRows.value);
  near(byEpisodes.se, byRows.se);
});

Deno.test("perDecisionDr() goes from the last step to the first", () => {
  const policy = { probs: () => [0.75, 0.25] };
  const rewards = [[0.1, 0.2], [0.9, 0.4], [0.3, 0.8], [0.5, 0.6]];
  const actions = [[0, 1], [0, 0], [1, 0], [1, 1]];
  const episodes = rewards.map((pair, e) =>
    pair.map((reward, t) => ({ ...row, reward, action: actions[e]![t]! }))
  );
  // So strong a ridge leaves of the model the mean of what the other fold saw.
  const { terms } = perDecisionDr(weighEpisodes(episodes, policy, { gamma }), {
    folds: 2,
    lambda: 1e15,
  });
  rewards.forEach(([r0, r1], e) => {
    const [a, b] = rewards.filter((_, other) => other % 2 !== e % 2);
    const q1 = (a![1]! + b![1]!) / 2;
    const q0 = (a![0]! + b![0]!) / 2 + gamma * q1;
    const [w0, w1] = actions[e]!.map((action) => action === 0 ? 1.5 : 0.5);
    const v1 = q1 + w1! * (r1! - q1);
    near(terms[e]!, q0 + w0! * (r0! + gamma * v1 - q0));
  });
});

Deno.test("weighEpisodes() puts an episode aside for one bad row, and refuses long ones", () => {
  const log = weighEpisodes(
    [[row], [row, { ...row, propensity: 0 }], [], [{ ...row, reward: NaN }], [{
      ...row,
      context: [],
    }]],
    target,
  );
  assert.equal(log.rows.length, 1);
  assert.deepEqual(log.rejected, {
    "impossible propensity": 1,
    "empty episode": 1,
    "reward missing or not finite": 1,
    "context of another length": 1,
  });
  assert.throws(() => weighEpisodes([Array(6).fill(row)], target), /6 steps: .*returnToGo/);
  assert.throws(() => weighEpisodes([], target, { gamma: 1.1 }), /discount/);
  assert.throws(() => perDecisionIs(weighEpisodes([[]], target)), /no row is left/);
  assert.throws(() => perDecisionDr(log), /2 episodes at least/);
});

Deno.test("perDecisionIs() and perDecisionDr() refuse episodes of a broken log", () => {
  const rng = createRng(1);
  const episodes = Array.from({ length: 500 }, (): Episode => {
    const rows = [draw(first, logger, rng), draw(first, logger, rng)];
    return rows.map((row) => ({ ...row, propensity: 0.5 }));
  });
  const log = weighEpisodes(episodes, target);
  assert.throws(() => perDecisionIs(log), /the log is refused/);
  assert.throws(() => perDecisionDr(log), /the log is refused/);
});

Deno.test("returnToGo() adds what followed, discounted", () => {
  const rows = returnToGo([{ ...row, reward: 0 }, { ...row, reward: 0 }, row]);
  near(rows[0]!.reward, 0.97 ** 2);
  assert.deepEqual(returnToGo([]), []);
  assert.throws(() => returnToGo([row], NaN), /discount/);
});
