// deno-lint-ignore-file no-console -- a script for the command line
/**
 * Regret of Bernoulli bandits beside the line of Lai and Robbins, Σ Δ_a/kl(μ_a, μ*)·ln T: no policy
 * that is good on all problems stays below it for long; at a finite T it may.
 *
 * Source: Lai and Robbins, "Asymptotically efficient adaptive allocation rules" (1985).
 *
 * `deno run -A bench/rl/regret.ts`
 */
import type { Bandit } from "../../rl/bandits/mod.ts";
import { createKlUcb } from "../../rl/bandits/kl_ucb.ts";
import { createThompson } from "../../rl/bandits/thompson.ts";
import { createUcb1 } from "../../rl/bandits/ucb1.ts";
import { createUcb1Tuned } from "../../rl/bandits/ucb1_tuned.ts";
import { createRng } from "../../rl/rng.ts";
import { check, type Figure } from "../_report.ts";
import type { MakeSection } from "./_section.ts";
import { shown, spread } from "./_spread.ts";

const PROBLEMS = {
  two: [0.9, 0.8],
  ten: [0.1, 0.05, 0.05, 0.05, 0.02, 0.02, 0.02, 0.01, 0.01, 0.01],
} as const;

const POLICIES: Readonly<Record<string, (arms: string[], seed: number) => Bandit>> = {
  "UCB1": (arms, seed) => createUcb1(arms, { seed, floor: 0 }),
  "UCB1-Tuned": (arms, seed) => createUcb1Tuned(arms, { seed, floor: 0 }),
  "KL-UCB": (arms, seed) => createKlUcb(arms, { seed, floor: 0 }),
  "Thompson": (arms, seed) => createThompson(arms, { seed, floor: 0 }),
};

/** Regret of one run at three times, each ten times the one before. */
type Run = readonly [early: number, middle: number, end: number];

/** Measures the regret; quick with a shorter time. */
export const section: MakeSection = ({ quick = false } = {}) => {
  const runs = quick ? 5 : 60;
  const horizon = quick ? 2000 : 10_000;
  const figures: Record<string, Figure> = {};
  let text = `${runs} runs (seeds 0 to ${
    runs - 1
  }) of T = ${horizon}; ± is one standard error; regret
counts expected rewards. "Growth" is the regret from T/10 to T over that from T/100 to T/10: 1 for a
logarithm, 10 for a straight line.
`;
  for (const [name, means] of Object.entries(PROBLEMS)) {
    const line = laiRobbins(means) * Math.log(horizon);
    text += `\nArms ${means.join(", ")}; Lai and Robbins: ${line.toFixed(1)}\n
| policy | regret at T | over the line | growth |
| --- | --- | --- | --- |
`;
    const ends = new Map<string, number>();
    for (const [policy, make] of Object.entries(POLICIES)) {
      const all = Array.from({ length: runs }, (_, seed) => play(means, make, seed, horizon));
      const [early, middle, end] = [0, 1, 2].map((at) => spread(all.map((run) => run[at]!)));
      const growth = (end!.mean - middle!.mean) / (middle!.mean - early!.mean);
      ends.set(policy, end!.mean);
      text += `| ${policy} | ${shown(end!, 1)} | ${(end!.mean / line).toFixed(2)} | ${
        growth.toFixed(2)
      } |\n`;
      if (policy === "Thompson") {
        figures[`rl.regret.thompson_growth_${name}`] = {
          value: growth,
          limit: quick ? 10 : 2,
          better: "lower",
        };
      }
    }
    for (
      const [policy, key, most] of [["Thompson", "thompson", 1.3], [
        "KL-UCB",
        "kl_ucb",
        1.8,
      ]] as const
    ) {
      figures[`rl.regret.${key}_over_line_${name}`] = {
        value: ends.get(policy)! / line,
        limit: quick ? 3 : most,
        better: "lower",
      };
    }
    figures[`rl.regret.ucb1_over_thompson_${name}`] = {
      value: ends.get("UCB1")! / ends.get("Thompson")!,
      limit: quick ? 1 : 3,
      better: "higher",
    };
  }
  return Promise.resolve({ title: "Bernoulli regret beside Lai and Robbins", text, figures });
};

if (import.meta.main) {
  const { text, figures } = await section({ quick: Deno.args.includes("--quick") });
  console.log(text);
  await check(figures);
}

function play(
  means: readonly number[],
  make: (arms: string[], seed: number) => Bandit,
  seed: number,
  horizon: number,
): Run {
  const world = createRng({ seed, stream: 1, drawn: 0 });
  const bandit = make(means.map((_, arm) => `arm ${arm}`), seed);
  const mask = means.map(() => true);
  const best = Math.max(...means);
  const at: number[] = [];
  let regret = 0;
  for (let t = 1; t <= horizon; t++) {
    const { arm } = bandit.pick(mask)!;
    bandit.update(arm, world.float() < means[arm]! ? 1 : 0);
    regret += best - means[arm]!;
    if (t === horizon / 100 || t === horizon / 10 || t === horizon) at.push(regret);
  }
  return at as unknown as Run;
}

/** Σ Δ_a/kl(μ_a, μ*) over the arms that are not the best. */
function laiRobbins(means: readonly number[]): number {
  const best = Math.max(...means);
  const kl = (p: number, q: number): number =>
    p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));
  return means.filter((p) => p < best).reduce((sum, p) => sum + (best - p) / kl(p, best), 0);
}
