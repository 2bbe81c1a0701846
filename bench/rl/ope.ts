// deno-lint-ignore-file no-console -- a script for the command line
/**
 * Off-policy evaluation on logs whose truth is known: error of each estimator, coverage of each
 * interval, and whether the confidence sequence holds at all times at once.
 */
import { bernsteinInterval } from "../../rl/ope/bernstein_interval.ts";
import { bootstrapInterval } from "../../rl/ope/bootstrap_interval.ts";
import { checkWeights } from "../../rl/ope/check_weights.ts";
import { clippedIps } from "../../rl/ope/clipped_ips.ts";
import { directMethod } from "../../rl/ope/direct_method.ts";
import { doublyRobust } from "../../rl/ope/doubly_robust.ts";
import { drOs } from "../../rl/ope/dr_os.ts";
import { fitRewards } from "../../rl/ope/fit_rewards.ts";
import { ips } from "../../rl/ope/ips.ts";
import { normalInterval } from "../../rl/ope/normal_interval.ts";
import { sndr } from "../../rl/ope/sndr.ts";
import { snips } from "../../rl/ope/snips.ts";
import { switchDr } from "../../rl/ope/switch_dr.ts";
import type { Interval, LoggedRow, TargetPolicy } from "../../rl/ope/types.ts";
import { createValueSequence } from "../../rl/ope/value_sequence.ts";
import { weighRows } from "../../rl/ope/weigh_rows.ts";
import { createRng, type Rng } from "../../rl/rng.ts";
import { check } from "../_report.ts";
import type { MakeSection, Section } from "./_section.ts";

const ROWS = 2000;
const ARMS = 5;
const MASK = Array<boolean>(ARMS).fill(true);
/** All contexts there are: four signs. */
const CONTEXTS = Array.from(
  { length: 16 },
  (_, i) => [0, 1, 2, 3].map((bit) => (i >> bit) & 1 ? 1 : -1),
);
/** The part of a reward that a linear model can learn, and the one it cannot. */
const linear = (x: readonly number[], a: number) => 0.5 + 0.15 * (x[a % 4] ?? 0);
const crossed = (x: readonly number[], a: number) => 0.3 * x[0]! * x[1]! * [1, -1, 1, -1, 0][a]!;
const meanReward = (x: readonly number[], a: number) => linear(x, a) + crossed(x, a);

const logger = greedy(linear, 0.5);
const target = greedy(meanReward, 0.2);

const ESTIMATORS = ["ips", "clipped-ips", "snips", "dm", "dr", "sndr", "switch-dr", "dr-os"];

/** The estimators whose bootstrap is looked at: a mean, a ratio, and one with a model. */
const RESAMPLED = ["ips", "snips", "dr"];

/** Runs the experiment; quick for tests, where the figures say little. */
export const section: MakeSection = ({ quick = false } = {}): Promise<Section> => {
  const runs = quick ? 30 : 1000;
  const value = truth();
  const found = new Map(ESTIMATORS.map((name) => [name, fresh()]));
  let refused = 0;
  for (let run = 0; run < runs; run++) {
    const rng = createRng(run);
    const log = weighRows(Array.from({ length: ROWS }, () => draw(logger, rng)), target);
    const model = fitRewards(log);
    const sound = checkWeights(log.moments).ok;
    if (!sound) refused++;
    const estimates = [
      ips(log),
      clippedIps(log),
      ...sound ? [snips(log), sndr(log, model)] : [],
      directMethod(log, model),
      doublyRobust(log, model),
      switchDr(log, { model }),
      drOs(log, { model }),
    ];
    for (const estimate of estimates) {
      const sums = found.get(estimate.method)!;
      sums.errors.push(estimate.value - value);
      count(sums.normal, normalInterval(estimate), value);
      count(sums.bernstein, bernsteinInterval(estimate), value);
      // A tenth of the runs: each draws 300 logs.
      if (run % 10 === 0 && RESAMPLED.includes(estimate.method)) {
        const drawn = bootstrapInterval(estimate, { resamples: 300, rng: rng.fork(1) });
        count(sums.bootstrap, drawn, value);
      }
    }
  }
  const fixed = sequences(quick ? 10 : 300, value, false);
  const learning = sequences(quick ? 10 : 300, value, true);

  const rmse = (name: string) => Math.sqrt(mean(found.get(name)!.errors.map((e) => e * e)));
  const bias = (name: string) => mean(found.get(name)!.errors);
  const off = (name: string) => Math.abs(share(found.get(name)!.normal) - 0.95);
  const row = (name: string) => {
    const { errors, normal, bernstein, bootstrap } = found.get(name)!;
    const spread = Math.sqrt(mean(errors.map((e) => (e - bias(name)) ** 2)) / runs);
    const cells = [
      name,
      `${signed(bias(name))} ± ${spread.toFixed(4)}`,
      rmse(name).toFixed(4),
      (rmse(name) / value).toFixed(3),
      shown(normal),
      shown(bernstein),
      shown(bootstrap),
    ];
    return `| ${cells.join(" | ")} |`;
  };
  const text = `${runs} logs (seeds 0 to ${runs - 1}) of ${ROWS} rows, ${ARMS} actions, 16 contexts;
true value ${value.toFixed(4)}; rewards 0 or 1, of which a linear model can learn a part only; the
logging policy is greedy by that part with 0.5 of its decisions uniform, the target greedy by the
truth with 0.2. Coverage of 95 % intervals; ± is one standard error over the logs. The mean-weight
control refused ${refused} of the logs, all of them sound; SNIPS and SNDR are without these.

| estimator | bias | RMSE | relative RMSE | normal | empirical Bernstein | bootstrap |
| --- | --- | --- | --- | --- | --- | --- |
${ESTIMATORS.map(row).join("\n")}

The confidence sequence, looked at after every one of the ${ROWS} rows (${fixed.held.of} logs each):

| logging | never missed | mean width at the end |
| --- | --- | --- |
| fixed policy | ${shown(fixed.held)} | ${fixed.width.toFixed(3)} |
| a policy that learns from the log | ${shown(learning.held)} | ${learning.width.toFixed(3)} |
`;
  return Promise.resolve({
    title: "Off-policy evaluation: error and coverage",
    text,
    figures: {
      "rl.ope.sound_logs_refused": {
        value: refused / runs,
        limit: quick ? 0.1 : 0.02,
        better: "lower",
      },
      "rl.ope.dr_vs_ips_rmse": { value: rmse("dr") / rmse("ips"), limit: 0.9, better: "lower" },
      "rl.ope.dm_bias_vs_ips_rmse": {
        value: Math.abs(bias("dm")) / rmse("ips"),
        limit: 2,
        better: "higher",
      },
      "rl.ope.ips_bias_in_se": {
        value: Math.abs(bias("ips")) / (rmse("ips") / Math.sqrt(runs)),
        limit: 3.5,
        better: "lower",
      },
      ...Object.fromEntries(["ips", "snips", "dr", "sndr"].map((name) => [
        `rl.ope.${name}_normal_off_nominal`,
        { value: off(name), limit: quick ? 0.2 : 0.02, better: "lower" as const },
      ])),
      "rl.ope.ips_bernstein_coverage": {
        value: share(found.get("ips")!.bernstein),
        limit: 0.95,
        better: "higher",
      },
      "rl.ope.dr_bernstein_coverage": {
        value: share(found.get("dr")!.bernstein),
        limit: 0.95,
        better: "higher",
      },
      "rl.ope.sequence_coverage": { value: share(fixed.held), limit: 0.95, better: "higher" },
      "rl.ope.sequence_coverage_adaptive": {
        value: share(learning.held),
        limit: 0.95,
        better: "higher",
      },
    },
  });
};

if (import.meta.main) {
  const { text, figures } = await section({ quick: Deno.args.includes("--quick") });
  console.log(text);
  await check(figures);
}

/** How often an interval held, of how many. */
interface Held {
  held: number;
  of: number;
}

function fresh() {
  const none = (): Held => ({ held: 0, of: 0 });
  return { errors: [] as number[], normal: none(), bernstein: none(), bootstrap: none() };
}

function count(to: Held, interval: Interval | undefined, value: number): void {
  if (!interval) return;
  to.of++;
  if (interval.low <= value && value <= interval.high) to.held++;
}

/** An interval never grows, so it missed at some time if and only if it misses at the end. */
function sequences(runs: number, value: number, learns: boolean) {
  const held: Held = { held: 0, of: 0 };
  let width = 0;
  for (let run = 0; run < runs; run++) {
    const rng = createRng(100_000 + run);
    const sequence = createValueSequence({ places: 100 });
    const [sums, counts] = [Array(ARMS).fill(1), Array(ARMS).fill(2)];
    const learned = greedy((_, a) => sums[a]! / counts[a]!, 0.5);
    for (let i = 0; i < ROWS; i++) {
      const { context, mask, action, propensity, reward } = draw(learns ? learned : logger, rng);
      sequence.add(target.probs(context, mask)[action]! / propensity, reward);
      sums[action]! += reward;
      counts[action]!++;
    }
    const interval = sequence.interval();
    count(held, interval, value);
    width += (interval.high - interval.low) / runs;
  }
  return { held, width };
}

/** Takes the best by a score, and any action with epsilon. */
function greedy(score: (x: readonly number[], a: number) => number, epsilon: number): TargetPolicy {
  const probs = new Float64Array(ARMS);
  return {
    probs(x) {
      let best = 0;
      for (let a = 1; a < ARMS; a++) if (score(x, a) > score(x, best)) best = a;
      probs.fill(epsilon / ARMS);
      probs[best]! += 1 - epsilon;
      return probs;
    },
  };
}

function draw(policy: TargetPolicy, rng: Rng): LoggedRow {
  const context = CONTEXTS[rng.int(CONTEXTS.length)]!;
  const probs = policy.probs(context, MASK);
  let action = 0;
  for (let u = rng.float() - probs[0]!; u >= 0 && action < ARMS - 1; u -= probs[action]!) action++;
  const reward = rng.float() < meanReward(context, action) ? 1 : 0;
  return { context, mask: MASK, action, propensity: probs[action]!, reward };
}

function truth(): number {
  return mean(CONTEXTS.map((x) => {
    const probs = target.probs(x, MASK);
    return MASK.reduce((sum, _, a) => sum + probs[a]! * meanReward(x, a), 0);
  }));
}

function mean(of: readonly number[]): number {
  return of.reduce((sum, x) => sum + x, 0) / of.length;
}

function share({ held, of }: Held): number {
  return held / of;
}

function shown(of: Held): string {
  if (of.of === 0) return "-";
  const p = share(of);
  return `${p.toFixed(3)} ± ${Math.sqrt(p * (1 - p) / of.of).toFixed(3)}`;
}

function signed(x: number): string {
  return `${x < 0 ? "" : "+"}${x.toFixed(4)}`;
}
