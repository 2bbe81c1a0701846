// deno-lint-ignore-file no-console -- a script for the command line
/**
 * Steps per second of many CartPole-v1 with random actions, in one thread, beside C that does the
 * same work: state in double precision, observations written in single, limit of time, final
 * observations, a new start by the same generator, actions of the same xorshift. C stands here
 * twice: with the sine and cosine of its library, which is how one writes it, and with the
 * polynomials that ours has. Rounds alternate, so all meet the same noise: judge by the ratios. Time
 * is processor time, of all threads, so that what other programs do counts as little as can be.
 *
 * `deno run -A bench/rl/env_speed.ts`
 */
import { join } from "node:path";
import { cpuUsage } from "node:process";
import { createCartPoleVector } from "../../rl/envs/cart_pole_vector.ts";
import { check, type Figure, median } from "../_report.ts";
import { cartPoleC } from "./_cart_pole_c.ts";
import type { MakeSection } from "./_section.ts";
import { spread } from "./_spread.ts";

const SEED = 1;
const XORSHIFT = 12345;
/** Steps of all copies between two looks at the clock; every number of copies divides it. */
const BLOCK = 4096;
const SIDES = ["ours", "C", "C, our polynomials"] as const;
/** Of the worst number of copies; the second is ours alone, stricter than what is asked for. */
const LIMITS = [["C", "vs_c", 0.35], ["C, our polynomials", "vs_c_polynomials", 0.25]] as const;

/** What one run came to: the sum tells whether two did the same. */
interface Run {
  readonly perSecond: number;
  readonly episodes: number;
  readonly sum: number;
}

type Program = (copies: number, ms: number, blocks: number) => Run | Promise<Run>;

/** Throughput of the environments. */
export const section: MakeSection = async ({ quick = false } = {}) => {
  const [rounds, ms] = quick ? [3, 30] : [15, 100];
  const folder = await Deno.makeTempDir();
  try {
    const programs = new Map<string, Program>([["ours", ours()]]);
    let note = "SKIP C: there is no gcc here";
    if (await hasGcc()) {
      const library = await compile(folder, "library", []);
      programs.set("C", library);
      programs.set("C, our polynomials", await compile(folder, "same", ["-DPOLYNOMIALS"]));
      note = await proveEqual(folder, library);
    }
    const figures: Record<string, Figure> = {};
    const lines: string[] = [];
    let most = 0;
    const worst = new Map<string, number>();
    for (const copies of quick ? [64] : [4, 64, 1024]) {
      const rates = await race(programs, copies, rounds, ms);
      most = Math.max(most, ...rates.get("ours")!);
      for (const side of SIDES) {
        const all = rates.get(side);
        if (!all) continue;
        const ratios = all.map((theirs, round) => rates.get("ours")![round]! / theirs);
        worst.set(side, Math.min(worst.get(side) ?? Infinity, median(ratios)));
        lines.push(
          `| ${copies} | ${side} | ${millions(median(all))} | ${millions(Math.max(...all))} | ` +
            `${median(ratios).toFixed(2)} ± ${spread(ratios).se.toFixed(2)} |`,
        );
      }
    }
    figures["rl.envs.million_steps_per_s"] = { value: most / 1e6, limit: 10, better: "higher" };
    for (const [side, name, limit] of LIMITS) {
      const value = worst.get(side);
      if (value !== undefined) figures[`rl.envs.${name}`] = { value, limit, better: "higher" };
    }
    const text =
      `CartPole-v1, random actions, one thread, seed ${SEED}, ${rounds} rounds of ${ms} ms each in turn;
million steps per second of processor time in the middle and in the best round, and ours divided by
it (middle of the rounds ± standard error).
${note}.

| copies | program | middle | best | ours is |
| ---: | --- | ---: | ---: | ---: |
${lines.join("\n")}
`;
    return { title: "Environment steps per second", text, figures };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
};

async function race(
  programs: ReadonlyMap<string, Program>,
  copies: number,
  rounds: number,
  ms: number,
): Promise<Map<string, number[]>> {
  const rates = new Map([...programs.keys()].map((side) => [side, [] as number[]]));
  for (const run of programs.values()) await run(copies, 2 * ms, 0);
  for (let round = 0; round < rounds; round++) {
    // Who goes first changes, as the others find a warmer machine.
    const turn = [...programs];
    for (const [side, run] of [...turn.slice(round % turn.length), ...turn].slice(0, turn.length)) {
      rates.get(side)!.push((await run(copies, ms, 0)).perSecond);
    }
  }
  return rates;
}

/** Ours, made once for each number of copies, as a training would. Its compiler's time counts. */
function ours(): Program {
  const known = new Map<number, ReturnType<typeof makeBlock>>();
  return (copies, ms, blocks) => {
    // What is compared bit for bit starts anew.
    const block = (blocks === 0 ? known.get(copies) : undefined) ?? makeBlock(copies);
    known.set(copies, block);
    let done = 0;
    let episodes = 0;
    const started = milliseconds();
    let now = started;
    while (blocks > 0 ? done < blocks : now - started < ms) {
      episodes += block.run();
      done++;
      now = milliseconds();
    }
    return { perSecond: done * BLOCK / (now - started) * 1000, episodes, sum: block.sum() };
  };
}

function makeBlock(copies: number): { readonly run: () => number; readonly sum: () => number } {
  const envs = createCartPoleVector(copies, { seed: SEED });
  const actions = new Uint8Array(copies);
  let kept = XORSHIFT;
  return {
    run() {
      let word = kept;
      for (let step = 0; step < BLOCK / copies; step++) {
        for (let i = 0; i < copies; i++) {
          word ^= word << 13;
          word ^= word >>> 17;
          word ^= word << 5;
          actions[i] = word & 1;
        }
        envs.step(actions);
      }
      kept = word;
      return envs.takeReturns().length;
    },
    sum: () => [...envs.obs, ...envs.finalObs].reduce((all, value) => all + value, 0),
  };
}

function milliseconds(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}

/** Bit for bit with the same polynomials, and the same law with the library's sine and cosine. */
async function proveEqual(folder: string, library: Program): Promise<string> {
  const blocks = 100;
  // Fused multiply-adds would round otherwise than JavaScript must.
  const flags = ["-DPOLYNOMIALS", "-ffp-contract=off"];
  const same = await (await compile(folder, "exact", flags))(64, 0, blocks);
  const alike = await library(64, 0, blocks);
  const { episodes, sum } = await ours()(64, 0, blocks);
  if (same.episodes !== episodes || same.sum !== sum) {
    throw new Error(`C does other work: ${JSON.stringify([same, { episodes, sum }])}`);
  }
  if (Math.abs(alike.episodes / episodes - 1) > 0.02) {
    throw new Error(`C plays other episodes: ${alike.episodes} instead of ${episodes}`);
  }
  return `Without fused multiply-adds C with our polynomials gives the same bits: ${episodes} ` +
    `episodes in ${(blocks * BLOCK).toLocaleString("en")} steps`;
}

async function hasGcc(): Promise<boolean> {
  try {
    return (await new Deno.Command("gcc", { args: ["--version"] }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function compile(folder: string, name: string, flags: readonly string[]): Promise<Program> {
  const [source, program] = [join(folder, `${name}.c`), join(folder, name)];
  const text = cartPoleC({ seed: SEED, xorshift: XORSHIFT, block: BLOCK });
  await Deno.writeTextFile(source, text);
  await answer("gcc", ["-O3", "-march=native", ...flags, source, "-o", program, "-lm"]);
  return async (copies, ms, blocks) => {
    const words = await answer(program, [copies, ms, blocks].map(String));
    const [perSecond, episodes, sum] = words.split(" ").map(Number) as [number, number, number];
    return { perSecond, episodes, sum };
  };
}

async function answer(command: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args }).output();
  if (!success) throw new Error(`${command} failed: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

function millions(perSecond: number): string {
  return (perSecond / 1e6).toFixed(1);
}

if (import.meta.main) {
  const { title, text, figures } = await section({ quick: Deno.args.includes("--quick") });
  console.log(`${title}\n\n${text}`);
  await check(figures);
}
