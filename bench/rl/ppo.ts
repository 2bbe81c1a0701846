// deno-lint-ignore-file no-console -- a script for the command line
/**
 * PPO with CleanRL's constants on CartPole-v1, 500,000 steps a seed, as published; once with values
 * bootstrapped at limits of time, as it should be, and once without, as CleanRL has it. Acrobot-v1
 * is reported without a limit. Speed is steps per second of processor time.
 *
 * `deno run -A bench/rl/ppo.ts [--quick]`
 */
import { cpuUsage } from "node:process";
import { createPpo } from "../../rl/algorithms/ppo.ts";
import { onEnv } from "../../rl/algorithms/on_env.ts";
import { train } from "../../rl/algorithms/train.ts";
import { createAcrobot } from "../../rl/envs/acrobot.ts";
import { createCartPoleVector } from "../../rl/envs/cart_pole_vector.ts";
import type { VectorEnv } from "../../rl/envs/types.ts";
import { createVectorEnv } from "../../rl/envs/vector_env.ts";
import { fastKernels } from "../../rl/nn/fast_kernels.ts";
import { kernelsF32 } from "../../rl/nn/kernels_f32.ts";
import type { Kernels } from "../../rl/nn/types.ts";
import { check } from "../_report.ts";
import type { MakeSection } from "./_section.ts";

const STEPS = 500_000;
const SOLVED = 475;
const N = 4;

interface Setting {
  readonly name: string;
  readonly make: () => VectorEnv;
  readonly seeds: readonly number[];
  readonly cleanrlCompat: boolean;
  readonly published: string;
  readonly kernels: () => Kernels;
}

interface Run {
  readonly seed: number;
  /** Mean return of the last 100 episodes. */
  readonly mean: number;
  /** Steps after which the last 100 episodes had a mean of 475; undefined: never. */
  readonly solved: number | undefined;
  readonly stepsPerSecond: number;
}

/** Returns of PPO. */
export const section: MakeSection = async ({ quick = false } = {}) => {
  const cartPole = { make: () => createCartPoleVector(N), kernels: fastKernels };
  const settings: readonly Setting[] = [
    {
      ...cartPole,
      name: "CartPole-v1",
      seeds: quick ? [1] : [1, 2, 3],
      cleanrlCompat: false,
      published: "-",
    },
    ...quick ? [] : [
      {
        ...cartPole,
        name: "CartPole-v1, cleanrlCompat",
        seeds: [1, 2, 3],
        cleanrlCompat: true,
        published: "490.04 ± 6.12",
      },
      {
        name: "Acrobot-v1, cleanrlCompat",
        make: () => createVectorEnv((copy) => createAcrobot({ seed: copy }), N),
        kernels: fastKernels,
        seeds: [1, 2, 3],
        cleanrlCompat: true,
        published: "-86.36 ± 1.32",
      },
    ],
  ];
  const steps = quick ? 20_480 : STEPS;
  const lines: string[] = [];
  let first: readonly Run[] = [];
  for (const setting of settings) {
    const runs: Run[] = [];
    for (const seed of setting.seeds) runs.push(await run(setting, seed, steps));
    if (first.length === 0) first = runs;
    const means = runs.map(({ mean }) => mean);
    const cells = [
      setting.name,
      means.map((mean) => mean.toFixed(1)).join(", "),
      `${average(means).toFixed(2)} ± ${standardError(means).toFixed(2)}`,
      setting.published,
      setting.name.startsWith("CartPole")
        ? runs.map(({ solved }) => solved?.toLocaleString("en") ?? "never").join(", ")
        : "-",
      Math.round(average(runs.map(({ stepsPerSecond }) => stepsPerSecond))).toLocaleString("en"),
    ];
    lines.push(`| ${cells.join(" | ")} |`);
  }
  const plain = await run(
    { ...settings[0]!, kernels: () => kernelsF32 },
    1,
    quick ? 2048 : 40_960,
  );
  const text = [
    `${steps.toLocaleString("en")} steps, ${N} copies, seeds ${
      settings[0]!.seeds.join(", ")
    }; the ` +
    "mean return of the last 100 episodes, and the standard error over seeds. Published are " +
    "CleanRL's, of its `ppo.py`. Kernels in WebAssembly; those in TypeScript make " +
    `${Math.round(plain.stepsPerSecond).toLocaleString("en")} steps/s.`,
    "",
    `| environment | return by seed | mean | published | steps to ${SOLVED} by seed | steps/s |`,
    "| --- | --- | --- | --- | --- | --- |",
    ...lines,
  ].join("\n");
  const worst = Math.min(...first.map(({ mean }) => mean));
  const rate = Math.max(...first.map(({ stepsPerSecond }) => stepsPerSecond));
  return {
    title: "PPO on classic control",
    text,
    figures: {
      // A twenty-fifth of the steps is enough to see that it learns: at random it is about 22.
      "rl.ppo.cart_pole_worst_seed": {
        value: worst,
        limit: quick ? 40 : SOLVED,
        better: "higher",
      },
      "rl.ppo.steps_per_s": { value: rate, limit: 12_000, better: "higher" },
    },
  };
};

async function run(setting: Setting, seed: number, steps: number): Promise<Run> {
  const env = setting.make();
  const { obsSize, actions } = env.spec;
  const { cleanrlCompat } = setting;
  const kernels = setting.kernels();
  const ppo = createPpo({ obsSize, actions, nEnvs: N, seed, cleanrlCompat, kernels });
  const last: number[] = [];
  let [taken, solved]: [number, number | undefined] = [0, undefined];
  const before = cpuUsage();
  const { meanReturn } = await train(onEnv(ppo, env), {
    steps,
    seed,
    onIteration({ steps, returns }) {
      taken += steps;
      for (const value of returns) {
        last.push(value);
        if (last.length > 100) last.shift();
        if (last.length === 100 && average(last) >= SOLVED) solved ??= taken;
      }
    },
  });
  const { user, system } = cpuUsage(before);
  return { seed, mean: meanReturn, solved, stepsPerSecond: taken / (user + system) * 1e6 };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** 0 for a single seed. */
function standardError(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = average(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

if (import.meta.main) {
  const { title, text, figures } = await section({ quick: Deno.args.includes("--quick") });
  console.log(`${title}\n\n${text}`);
  await check(figures);
}
