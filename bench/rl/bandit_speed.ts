// deno-lint-ignore-file no-console -- a script for the command line
/**
 * A decision and its update with everything that is logged of them, beside the bare linear algebra of
 * LinUCB: scores of all arms and the step of Sherman and Morrison as plain loops over whole matrices.
 * Rounds alternate, so all meet the same noise: judge by the ratios. Time is processor time, so that
 * what other programs do counts as little as can be.
 *
 * `deno run -A bench/rl/bandit_speed.ts`
 */
import { cpuUsage } from "node:process";
import type { Bandit } from "../../rl/bandits/mod.ts";
import { createLinTs } from "../../rl/bandits/lin_ts.ts";
import { createLinUcb } from "../../rl/bandits/lin_ucb.ts";
import { createSquareCb } from "../../rl/bandits/square_cb.ts";
import { createThompson } from "../../rl/bandits/thompson.ts";
import { createRng } from "../../rl/rng.ts";
import { check, median } from "../_report.ts";
import type { MakeSection } from "./_section.ts";

const K = 16;
const D = 32;
const ARMS = Array.from({ length: K }, (_, arm) => `tool ${arm}`);
const MASK = ARMS.map(() => true);
/** Contexts and rewards are made before the clock starts; the last number of a context is the bias. */
const MADE = 1024;
const rng = createRng(1);
const CONTEXTS = Array.from(
  { length: MADE },
  () => Array.from({ length: D }, (_, i) => i === D - 1 ? 1 : rng.float() * 2 - 1),
);
const REWARDS = Array.from({ length: MADE }, () => Array.from({ length: K }, () => rng.float()));

/** Decides and learns so many times. */
type Work = (rounds: number) => void;

/** Measures the speed; quick with fewer rounds. */
export const section: MakeSection = ({ quick = false } = {}) => {
  const [rounds, each] = quick ? [3, 2000] : [11, 10_000];
  const options = { size: D, bias: false, seed: 1 };
  const works: Readonly<Record<string, Work>> = {
    "bare linear algebra": bare(),
    "LinUCB": logged(createLinUcb(ARMS, options)),
    "SquareCB": logged(createSquareCb(ARMS, options)),
    "LinTS": logged(createLinTs(ARMS, options)),
    "Thompson, no context": logged(createThompson(ARMS, { seed: 1 })),
  };
  const times: Record<string, number[]> = {};
  for (const [name, work] of Object.entries(works)) {
    times[name] = [];
    work(each);
  }
  for (let round = 0; round < rounds; round++) {
    // Who goes first changes, as the last finds a warmer machine.
    const order = Object.entries(works);
    for (const [name, work] of round % 2 === 0 ? order : order.reverse()) {
      const before = cpuUsage();
      work(each);
      const { user, system } = cpuUsage(before);
      times[name]!.push((user + system) / each);
    }
  }
  const plain = times["bare linear algebra"]!;
  const ratio = (name: string): number =>
    median(times[name]!.map((time, round) => plain[round]! / time));
  const perSecond = (values: readonly number[]): string =>
    Math.round(1e6 / Math.min(...values)).toLocaleString("en");

  const text = `${K} arms, ${D} numbers a context, ${rounds} rounds of ${each} decisions with their
updates, in alternation; processor time. Each of ours checks context and reward, draws from its
probabilities and writes a record with context, mask, propensity and both names. Bare: one matrix an
arm, no draw, no checks, no record, no sums to invert afresh from.

| | best round, µs | middle round, µs | per second, best | of the bare speed, middle |
| --- | --- | --- | --- | --- |
${
    Object.entries(times).map(([name, values]) =>
      `| ${name} | ${Math.min(...values).toFixed(2)} | ${median(values).toFixed(2)} | ${
        perSecond(values)
      } | ${ratio(name).toFixed(2)} |`
    ).join("\n")
  }
`;
  return Promise.resolve({
    title: "Speed of a decision with its update",
    text,
    figures: {
      "rl.bandit_speed.lin_ucb_of_bare": {
        value: ratio("LinUCB"),
        limit: quick ? 0.3 : 0.6,
        better: "higher",
      },
      "rl.bandit_speed.square_cb_of_bare": {
        value: ratio("SquareCB"),
        limit: quick ? 0.3 : 0.6,
        better: "higher",
      },
      "rl.bandit_speed.lin_ts_of_bare": {
        value: ratio("LinTS"),
        limit: quick ? 0.3 : 0.6,
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

/** One of our bandits with the records that are kept of it: the last thousand. */
function logged(bandit: Bandit): Work {
  const log: unknown[] = Array.from({ length: 1000 });
  let decided = 0;
  return (rounds) => {
    for (let i = 0; i < rounds; i++) {
      const context = CONTEXTS[decided % MADE]!;
      const { arm, propensity } = bandit.pick(MASK, context)!;
      const reward = REWARDS[decided % MADE]![arm]!;
      log[decided % 1000] = {
        v: 1,
        event_id: `event ${decided}`,
        ts: decided,
        ctx: context.slice(),
        ctx_schema: "bench",
        arms: bandit.arms,
        mask: MASK.slice(),
        action: bandit.arms[arm],
        propensity,
        policy_id: bandit.kind,
        policy_version: 1,
        reward,
      };
      bandit.update(arm, reward, context);
      decided++;
    }
  };
}

/** LinUCB as one writes it who wants nothing but its formulas. */
function bare(): Work {
  const inverse = Array.from({ length: K }, () => {
    const a = new Float64Array(D * D);
    for (let i = 0; i < D; i++) a[i * D + i] = 1;
    return a;
  });
  const theta = Array.from({ length: K }, () => new Float64Array(D));
  const u = new Float64Array(D);
  const contexts = CONTEXTS.map((context) => Float64Array.from(context));
  let decided = 0;
  return (rounds) => {
    for (let round = 0; round < rounds; round++) {
      const x = contexts[decided % MADE]!;
      let best = -Infinity;
      let arm = 0;
      for (let k = 0; k < K; k++) {
        const a = inverse[k]!;
        const t = theta[k]!;
        let mean = 0;
        let width = 0;
        for (let i = 0; i < D; i++) {
          let sum = 0;
          const row = i * D;
          for (let j = 0; j < D; j++) sum += a[row + j]! * x[j]!;
          width += sum * x[i]!;
          mean += t[i]! * x[i]!;
        }
        const score = mean + Math.sqrt(Math.max(0, width));
        if (score > best) {
          best = score;
          arm = k;
        }
      }
      const reward = REWARDS[decided % MADE]![arm]!;
      const a = inverse[arm]!;
      const t = theta[arm]!;
      let q = 1;
      let mean = 0;
      for (let i = 0; i < D; i++) {
        let sum = 0;
        for (let j = 0; j < D; j++) sum += a[i * D + j]! * x[j]!;
        u[i] = sum;
        q += sum * x[i]!;
        mean += t[i]! * x[i]!;
      }
      const gain = (reward - mean) / q;
      for (let i = 0; i < D; i++) {
        const ui = u[i]! / q;
        for (let j = 0; j < D; j++) a[i * D + j] = a[i * D + j]! - ui * u[j]!;
        t[i] = t[i]! + gain * u[i]!;
      }
      decided++;
    }
  };
}
