// deno-lint-ignore-file no-console -- a script for the command line
/**
 * A classification problem turned into a bandit: ten Gaussian classes, a context of 16 numbers, the
 * reward is 1 for the right class, and only the class chosen is learned from. Beside it ridge
 * regression that is told the right class each time.
 *
 * Source: the setting of Bietti, Agarwal, Langford, "A contextual bandit bake-off", JMLR 22 (2021).
 *
 * `deno run -A bench/rl/classification.ts`
 */
import type { Bandit } from "../../rl/bandits/mod.ts";
import { createLinSoftmax } from "../../rl/bandits/lin_softmax.ts";
import { createLinTs } from "../../rl/bandits/lin_ts.ts";
import { createLinUcb } from "../../rl/bandits/lin_ucb.ts";
import { createSquareCb } from "../../rl/bandits/square_cb.ts";
import { createRng } from "../../rl/rng.ts";
import { sampleNormal } from "../../rl/sample/normal.ts";
import { check } from "../_report.ts";
import type { MakeSection } from "./_section.ts";
import { shown, spread } from "./_spread.ts";

const CLASSES = Array.from({ length: 10 }, (_, label) => `class ${label}`);
const MASK = CLASSES.map(() => true);
const SIZE = 16;
/** How far the centres of the classes lie apart, in standard deviations of a class. */
const APART = 0.8;

type Play = (bandit: Bandit, context: readonly number[], label: number) => number;

/** Learns from what was chosen alone. */
const explore: Play = (bandit, context, label) => {
  const { arm } = bandit.pick(MASK, context)!;
  const reward = arm === label ? 1 : 0;
  bandit.update(arm, reward, context);
  return reward;
};

/** Is told the right class, and learns it for every arm. */
const supervised: Play = (bandit, context, label) => {
  const { arm } = bandit.pick(MASK, context)!;
  for (let other = 0; other < CLASSES.length; other++) {
    bandit.update(other, other === label ? 1 : 0, context);
  }
  return arm === label ? 1 : 0;
};

const size = { size: SIZE };
const POLICIES: Readonly<Record<string, readonly [(seed: number) => Bandit, Play]>> = {
  // One that is indifferent to all it learns.
  "uniform": [(seed) => createLinSoftmax(CLASSES, { ...size, seed, sharpness: 0 }), explore],
  "ε-greedy, ε = 0.1": [
    (seed) => createLinUcb(CLASSES, { ...size, seed, alpha: 0, floor: 0.1 }),
    explore,
  ],
  "softmax": [(seed) => createLinSoftmax(CLASSES, { ...size, seed }), explore],
  "SquareCB": [(seed) => createSquareCb(CLASSES, { ...size, seed }), explore],
  "LinTS": [(seed) => createLinTs(CLASSES, { ...size, seed }), explore],
  "LinUCB": [(seed) => createLinUcb(CLASSES, { ...size, seed, floor: 0 }), explore],
  "LinUCB, floor 0.05": [(seed) => createLinUcb(CLASSES, { ...size, seed }), explore],
  "ridge, told all": [
    (seed) => createLinUcb(CLASSES, { ...size, seed, alpha: 0, floor: 0 }),
    supervised,
  ],
};

/** Learns the classes; quick with fewer contexts. */
export const section: MakeSection = ({ quick = false } = {}) => {
  const [seeds, rounds] = quick ? [2, 2000] : [8, 20_000];
  const found = Object.entries(POLICIES).map(([name, [make, play]]) => {
    const runs = Array.from({ length: seeds }, (_, seed) => run(make(seed), play, seed, rounds));
    return [name, runs.map(({ all }) => all), runs.map(({ late }) => late)] as const;
  });
  const late = (wanted: string): number => spread(found.find(([name]) => name === wanted)![2]).mean;
  const all = (wanted: string): number => spread(found.find(([name]) => name === wanted)![1]).mean;

  const text = `${seeds} problems (seeds 0 to ${
    seeds - 1
  }) of ${rounds} contexts, each seen once; share
of right classes over all and over the last quarter, ± is one standard error over the problems.

| policy | right, all | right, last quarter |
| --- | --- | --- |
${found.map(([name, a, l]) => `| ${name} | ${shown(spread(a))} | ${shown(spread(l))} |`).join("\n")}
`;
  return Promise.resolve({
    title: "Classification as a bandit",
    text,
    figures: {
      "rl.classification.square_cb_over_epsilon": {
        value: all("SquareCB") - all("ε-greedy, ε = 0.1"),
        limit: quick ? -0.05 : 0,
        better: "higher",
      },
      "rl.classification.epsilon_over_uniform": {
        value: all("ε-greedy, ε = 0.1") - all("uniform"),
        limit: 0.2,
        better: "higher",
      },
      "rl.classification.lin_ucb_below_ridge": {
        value: late("ridge, told all") - late("LinUCB"),
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

function run(
  bandit: Bandit,
  play: Play,
  seed: number,
  rounds: number,
): { all: number; late: number } {
  const world = createRng({ seed, stream: 1, drawn: 0 });
  const centres = CLASSES.map(() =>
    Array.from({ length: SIZE }, () => APART * sampleNormal(world))
  );
  const from = rounds * 3 / 4;
  let [all, late] = [0, 0];
  for (let t = 0; t < rounds; t++) {
    const label = world.int(CLASSES.length);
    const context = centres[label]!.map((centre) => centre + sampleNormal(world));
    const right = play(bandit, context, label);
    all += right;
    if (t >= from) late += right;
  }
  return { all: all / rounds, late: late / (rounds - from) };
}
