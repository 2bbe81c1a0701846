// deno-lint-ignore-file no-console -- a script for the command line
/**
 * Two arms that give 0.8 and 0.4 until step 5,000 and 0.2 and 0.4 from then on: who finds out, and
 * what forgetting costs before there is anything to forget.
 *
 * Source: the setting of Garivier and Moulines, "On upper-confidence bound policies for switching
 * bandit problems", ALT 2011.
 *
 * `deno run -A bench/rl/switching.ts`
 */
import type { Bandit } from "../../rl/bandits/mod.ts";
import { createDUcb } from "../../rl/bandits/d_ucb.ts";
import { createSwUcb } from "../../rl/bandits/sw_ucb.ts";
import { createThompson } from "../../rl/bandits/thompson.ts";
import { discountFor } from "../../rl/bandits/discount_for.ts";
import { windowFor } from "../../rl/bandits/window_for.ts";
import { createRng } from "../../rl/rng.ts";
import { check } from "../_report.ts";
import type { MakeSection } from "./_section.ts";
import { shown, spread } from "./_spread.ts";

const ARMS = ["first", "second"];
const MASK = [true, true];
const [BEFORE, AFTER] = [[0.8, 0.4], [0.2, 0.4]];

const thompson = (gamma: number) => (seed: number): Bandit =>
  createThompson(ARMS, { seed, gamma, floor: 0 });

/** One half of a run. */
interface Half {
  readonly optimal: number;
  readonly regret: number;
}

/** Plays the switch; quick with fewer runs and steps. */
export const section: MakeSection = ({ quick = false } = {}) => {
  const runs = quick ? 2 : 24;
  const half = quick ? 2000 : 5000;
  const policies: Readonly<Record<string, (seed: number) => Bandit>> = {
    "Thompson γ = 1": thompson(1),
    "Thompson γ = 0.999": thompson(0.999),
    "Thompson γ = 0.995": thompson(0.995),
    "Thompson γ = 0.99": thompson(0.99),
    "Thompson, Page-Hinkley": (seed) => createThompson(ARMS, { seed, detect: 50, floor: 0 }),
    "D-UCB": (seed) => createDUcb(ARMS, { seed, gamma: discountFor(2 * half, 1), floor: 0 }),
    "SW-UCB": (seed) => createSwUcb(ARMS, { seed, window: windowFor(2 * half, 1), floor: 0 }),
  };
  const found = Object.fromEntries(
    Object.entries(policies).map(([name, make]) => [
      name,
      Array.from({ length: runs }, (_, seed) => play(make(seed), seed, half)),
    ]),
  );
  const column = (name: string, at: 0 | 1, key: keyof Half): number[] =>
    found[name]!.map((run) => run[at][key]);
  const mean = (name: string, at: 0 | 1, key: keyof Half): number =>
    spread(column(name, at, key)).mean;

  const text = `${runs} runs (seeds 0 to ${runs - 1}) of ${
    2 * half
  } steps, the switch in the middle; ±
is one standard error. D-UCB has γ = ${discountFor(2 * half, 1).toFixed(5)}, SW-UCB a window of ${
    windowFor(2 * half, 1)
  }, as one change suggests.

| policy | best arm before | regret before | best arm after | regret after |
| --- | --- | --- | --- | --- |
${
    Object.keys(policies).map((name) =>
      `| ${name} | ${
        ([0, 1] as const).map((at) =>
          `${shown(spread(column(name, at, "optimal")))} | ${
            shown(spread(column(name, at, "regret")), 1)
          }`
        ).join(" | ")
      } |`
    ).join("\n")
  }
`;
  return Promise.resolve({
    title: "A switch in the middle",
    text,
    figures: {
      "rl.switching.stationary_optimal_after": {
        value: mean("Thompson γ = 1", 1, "optimal"),
        limit: 0.2,
        better: "lower",
      },
      "rl.switching.discounted_optimal_after": {
        value: mean("Thompson γ = 0.995", 1, "optimal"),
        limit: quick ? 0.7 : 0.85,
        better: "higher",
      },
      "rl.switching.detecting_optimal_after": {
        value: mean("Thompson, Page-Hinkley", 1, "optimal"),
        limit: quick ? 0.7 : 0.85,
        better: "higher",
      },
      "rl.switching.forgetting_costs_before": {
        value: mean("Thompson γ = 0.99", 0, "regret") / mean("Thompson γ = 0.999", 0, "regret"),
        limit: 1.5,
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

function play(bandit: Bandit, seed: number, half: number): readonly [Half, Half] {
  const world = createRng({ seed, stream: 1, drawn: 0 });
  return [BEFORE, AFTER].map((means) => {
    const best = Math.max(...means);
    let [optimal, regret] = [0, 0];
    for (let t = 0; t < half; t++) {
      const { arm } = bandit.pick(MASK)!;
      bandit.update(arm, world.float() < means[arm]! ? 1 : 0);
      regret += best - means[arm]!;
      if (means[arm] === best) optimal++;
    }
    return { optimal: optimal / half, regret };
  }) as unknown as readonly [Half, Half];
}
