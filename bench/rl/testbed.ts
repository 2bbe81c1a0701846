// deno-lint-ignore-file no-console -- a script for the command line
/**
 * The 10-armed testbed of Sutton and Barto, "Reinforcement learning" (2018), chapter 2: the values of
 * ten arms are N(0, 1), their rewards N(value, 1). Rewards are mapped from [-10, 10] to [0, 1], and
 * so are the options that have their unit.
 *
 * `deno run -A bench/rl/testbed.ts`
 */
import { type Bandit, createRewardRange } from "../../rl/bandits/mod.ts";
import { createEpsilonGreedy } from "../../rl/bandits/epsilon_greedy.ts";
import { createGradient } from "../../rl/bandits/gradient.ts";
import { createThompsonGaussian } from "../../rl/bandits/thompson_gaussian.ts";
import { createUcb1 } from "../../rl/bandits/ucb1.ts";
import { createRng } from "../../rl/rng.ts";
import { sampleNormal } from "../../rl/sample/normal.ts";
import { check } from "../_report.ts";
import type { MakeSection } from "./_section.ts";
import { shown, spread } from "./_spread.ts";

const ARMS = Array.from({ length: 10 }, (_, arm) => `arm ${arm}`);
const ALL = ARMS.map(() => true);
const STEPS = 1000;
/** The last steps, over which the end is measured. */
const LAST = 100;
const range = createRewardRange(-10, 10);
/** What an option in units of the reward is after the map. */
const unit = (value: number): number => value / (range.max - range.min);
const zero = (0 - range.min) / (range.max - range.min);

const greedy = (seed: number, epsilon: number): Bandit =>
  createEpsilonGreedy(ARMS, { seed, epsilon, initial: zero });
const ucb = (seed: number, c: number): Bandit => createUcb1(ARMS, { seed, c: unit(c), floor: 0 });

const POLICIES: Readonly<Record<string, (seed: number) => Bandit>> = {
  "greedy": (seed) => greedy(seed, 0),
  "ε = 0.01": (seed) => greedy(seed, 0.01),
  "ε = 0.1": (seed) => greedy(seed, 0.1),
  "UCB c = 2": (seed) => ucb(seed, 2),
  "UCB c = √2": (seed) => ucb(seed, Math.SQRT2),
  "UCB c = 1": (seed) => ucb(seed, 1),
  "optimistic 5, α = 0.1": (seed) =>
    createEpsilonGreedy(ARMS, { seed, epsilon: 0, alpha: 0.1, initial: zero + unit(5) }),
  // A step moves by alpha times a difference of rewards.
  "gradient α = 0.1": (seed) => createGradient(ARMS, { seed, alpha: 0.1 / unit(1) }),
  "Thompson, Gaussian": (seed) => createThompsonGaussian(ARMS, { seed, floor: 0 }),
};

/** What came of the runs of one policy. */
interface Curve {
  /** Mean value of the arm taken at each step. */
  readonly value: Float64Array;
  /** Share of runs that took the best arm at each step. */
  readonly optimal: Float64Array;
  /** Per run: value over all steps and over the last, share of the best arm over the last. */
  readonly all: number[];
  readonly late: number[];
  readonly lateOptimal: number[];
}

/** Runs the testbed; quick with fewer runs. */
export const section: MakeSection = ({ quick = false } = {}) => {
  const runs = quick ? 30 : 2000;
  const curves = new Map(
    Object.entries(POLICIES).map(([name, make]) => [name, measure(make, runs)]),
  );
  const of = (name: string): Curve => curves.get(name)!;
  const late = (name: string): number => spread(of(name).late).mean;
  const lateOptimal = (name: string): number => spread(of(name).lateOptimal).mean;
  const window = (values: Float64Array, from: number, to: number): number =>
    spread(values.subarray(from, to)).mean;
  const peak = of("UCB c = 2").value;
  const overtakes = overtaking(of("optimistic 5, α = 0.1").optimal, of("ε = 0.1").optimal);
  const others = Object.keys(POLICIES).filter((name) => name !== "Thompson, Gaussian");

  const text = `${runs} runs (seeds 0 to ${
    runs - 1
  }, the same arms and noise for all) of ${STEPS} steps;
± is one standard error over the runs. "End" is the last ${LAST} steps; value is that of the
arm taken, without the noise of its reward.

| policy | value, all steps | value, end | best arm, end |
| --- | --- | --- | --- |
${
    [...curves].map(([name, { all, late, lateOptimal }]) =>
      `| ${name} | ${shown(spread(all))} | ${shown(spread(late))} | ${shown(spread(lateOptimal))} |`
    ).join("\n")
  }

UCB c = 2 at steps 10, 11, 12: ${
    [9, 10, 11].map((t) => peak[t]!.toFixed(3)).join(", ")
  }: once every arm was
tried, all runs take the best looking one. The optimistic start overtakes ε = 0.1 in the share of the best arm at step ${overtakes}. Rewards outside the declared range: ${
    range.counts().below + range.counts().above
  }.
`;
  return Promise.resolve({
    title: "The 10-armed testbed",
    text,
    figures: {
      "rl.testbed.epsilon_optimal": {
        value: lateOptimal("ε = 0.1"),
        limit: quick ? 0.6 : 0.77,
        better: "higher",
      },
      "rl.testbed.epsilon_over_greedy": {
        value: late("ε = 0.1") - late("greedy"),
        limit: 0.2,
        better: "higher",
      },
      "rl.testbed.small_epsilon_over_greedy": {
        value: late("ε = 0.01") - late("greedy"),
        limit: quick ? 0 : 0.1,
        better: "higher",
      },
      "rl.testbed.small_epsilon_rises": {
        value: window(of("ε = 0.01").optimal, 900, 1000) - window(of("ε = 0.01").optimal, 100, 200),
        limit: quick ? 0 : 0.1,
        better: "higher",
      },
      "rl.testbed.ucb_over_epsilon": {
        value: late("UCB c = 2") - late("ε = 0.1"),
        limit: quick ? -0.1 : 0,
        better: "higher",
      },
      "rl.testbed.ucb_spike": {
        value: peak[10]! - Math.max(peak[9]!, peak[11]!),
        limit: quick ? -0.5 : 0.05,
        better: "higher",
      },
      "rl.testbed.optimistic_over_epsilon": {
        value: lateOptimal("optimistic 5, α = 0.1") - lateOptimal("ε = 0.1"),
        limit: quick ? -0.1 : 0,
        better: "higher",
      },
      "rl.testbed.thompson_below_best_at_end": {
        value: Math.max(...others.map(late)) - late("Thompson, Gaussian"),
        limit: quick ? 0.1 : 0.03,
        better: "lower",
      },
    },
  });
};

if (import.meta.main) {
  const { text, figures } = await section({ quick: Deno.args.includes("--quick") });
  console.log(text);
  await check(figures);
}

function measure(make: (seed: number) => Bandit, runs: number): Curve {
  const curve: Curve = {
    value: new Float64Array(STEPS),
    optimal: new Float64Array(STEPS),
    all: [],
    late: [],
    lateOptimal: [],
  };
  for (let run = 0; run < runs; run++) {
    const world = createRng({ seed: run, stream: 1, drawn: 0 });
    const values = ARMS.map(() => sampleNormal(world));
    const best = values.indexOf(Math.max(...values));
    const bandit = make(run);
    const bounded = bandit.kind !== "thompson-gaussian";
    let [all, late, lateOptimal] = [0, 0, 0];
    for (let t = 0; t < STEPS; t++) {
      const { arm } = bandit.pick(ALL)!;
      const value = values[arm]!;
      const reward = value + sampleNormal(world);
      bandit.update(arm, bounded ? range.map(reward) : reward);
      const optimal = arm === best ? 1 : 0;
      curve.value[t]! += value / runs;
      curve.optimal[t]! += optimal / runs;
      all += value / STEPS;
      if (t < STEPS - LAST) continue;
      late += value / LAST;
      lateOptimal += optimal / LAST;
    }
    curve.all.push(all);
    curve.late.push(late);
    curve.lateOptimal.push(lateOptimal);
  }
  return curve;
}

/** The step after which one curve stays above another, both smoothed over 50 steps. */
function overtaking(curve: Float64Array, other: Float64Array): number {
  for (let t = STEPS - 50; t >= 0; t--) {
    const [a, b] = [curve, other].map((all) => spread(all.subarray(t, t + 50)).mean) as [
      number,
      number,
    ];
    if (a <= b) return t + 50;
  }
  return 1;
}
