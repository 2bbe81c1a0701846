// deno-lint-ignore-file no-console -- a script for the command line
/**
 * The conservative gate on replays with a look after every step: how often equals are promoted, how
 * long a better challenger takes, that a worse one is turned down, that broken logs are refused,
 * and how soon a promoted policy that fails is taken back.
 */
import type { GateRow } from "../../rl/ope/gate_types.ts";
import { createRng } from "../../rl/rng.ts";
import { check, median } from "../_report.ts";
import {
  ARMS,
  everCrosses,
  none,
  pair,
  type Replay,
  replay,
  tally,
  type World,
} from "./_gate_replay.ts";
import type { MakeSection, Section } from "./_section.ts";

const ALPHA = 0.05;

/** Both take action 0 in one context; in the other the challenger prefers action 1. */
const RIVALS = pair(([x]) => x!, 0.3);
/** They never agree, and much is played uniformly: the most that can go wrong in few steps. */
const EQUALS = pair(() => 1, 0.6);
/** What the challenger gains where it differs, and 0.7 times half of it on average. */
const world = (gain: number): World => [[0.5, 0.5, 0.5], [0.5, 0.5 + gain, 0.5]];

/** Runs the experiment; quick for tests, where the figures say little. */
export const section: MakeSection = ({ quick = false } = {}): Promise<Section> => {
  const replays = quick ? 3 : 200;
  const steps = quick ? 300 : 1000;
  const equals = { fixed: none(), learning: none() };
  let naive = 0;
  for (let seed = 0; seed < replays; seed++) {
    for (const kind of ["fixed", "learning"] as const) {
      const learns = kind === "learning";
      const found = replay({ seed, steps, world: () => world(0), pair: EQUALS, learns, z: 1.6449 });
      tally(equals[kind], found);
      if (!learns && found.naive) naive++;
    }
  }

  const longRuns = quick ? 3 : 200;
  const longSteps = quick ? 1000 : 5000;
  let crossed = 0;
  for (let seed = 0; seed < longRuns; seed++) {
    if (everCrosses({ seed: 1_000_000 + seed, steps: longSteps, pair: EQUALS, alpha: ALPHA })) {
      crossed++;
    }
  }

  const several = (runs: number, how: Omit<Replay, "seed" | "pair" | "every">) => {
    const all = none();
    for (let seed = 0; seed < (quick ? 3 : runs); seed++) {
      tally(all, replay({ seed, pair: RIVALS, every: 10, ...how }));
    }
    return all;
  };
  const gains = [0.1, 0.2, 0.4].flatMap((gain) =>
    [false, true].map((centre) => {
      const how = { steps: 20_000, world: () => world(gain), options: { centre } };
      return { gain, centre, all: several(10, how) };
    })
  );
  const worse = several(40, { steps: 4000, world: () => world(-0.3) });
  const broken = Object.entries<(row: GateRow) => GateRow>({
    "uniform ones logged": (row) => ({ ...row, propensity: 1 / ARMS }),
    "those of another policy": (row) => {
      const probs = RIVALS.challenger.probs(row.context, row.mask);
      return { ...row, propensity: probs[row.action]! };
    },
    "a tenth impossible": (row) => row.action === 2 ? { ...row, propensity: 0 } : row,
  }).map(([name, change]) => {
    const all = several(20, { steps: 1500, world: () => world(0.4), change });
    return { name, all };
  });
  const lost = createRng(99);
  const losing = (chance: (row: GateRow) => number) => (row: GateRow): GateRow => {
    const { reward: _, ...rest } = row;
    return lost.float() < chance(row) ? rest : row;
  };
  const hidden = several(20, {
    steps: 4000,
    world: () => world(0),
    change: losing(({ action, reward }) => action === 1 && reward === 0 ? 0.9 : 0),
  });
  const tenth = several(10, {
    steps: 20_000,
    world: () => world(0.4),
    options: { centre: true },
    change: losing(() => 0.1),
  });
  const back = several(20, {
    steps: 20_000,
    world: (now) => world(now?.phase === "promoted" ? -0.4 : 0.4),
    options: { centre: true },
  });

  const clear = gains.find(({ gain, centre }) => gain === 0.4 && !centre)!.all;
  const rate = (n: number, of: number) =>
    `${(n / of).toFixed(3)} ± ${Math.sqrt(n / of * (1 - n / of) / of).toFixed(3)}`;
  const text =
    `Two contexts, ${ARMS} actions, rewards 0 or 1; both policies play ${RIVALS.epsilon} of their
decisions uniformly (among equals ${EQUALS.epsilon}); the challenger prefers another action in one
of the contexts (among equals in both). Seeds from 0 in each line; alpha ${ALPHA}; ± is one
standard error.

Equals, ${replays} replays of ${steps} steps, a look after **every** step:

| logging | promoted | came into the canary | turned down |
| --- | --- | --- | --- |
${
      Object.entries(equals).map(([kind, { promoted, started, rejected, runs }]) =>
        `| ${kind} | ${rate(promoted.length, runs)} | ${rate(started, runs)} | ${
          rate(rejected, runs)
        } |`
      ).join("\n")
    }

A one-sided test for one look at the same level, looked at after every step of the same replays,
would have promoted ${rate(naive, replays)} (fixed policy, from step 100 on). The
bound alone, without the other conditions, was ever above 0 within ${longSteps} steps in
${rate(crossed, longRuns)} of ${longRuns} replays.

A better challenger, a look every 10 steps; \`centre\` takes the usual reward off before weighing:

| gain per decision | centre | promoted | median steps | slowest |
| --- | --- | --- | --- | --- |
${
      gains.map(({ gain, centre, all: { promoted, runs } }) =>
        `| ${(gain * (1 - RIVALS.epsilon) / 2).toFixed(3)} | ${
          centre ? "yes" : "no"
        } | ${promoted.length} of ${runs} | ${promoted.length ? median(promoted) : "-"} | ${
          promoted.length ? Math.max(...promoted) : "-"
        } |`
      ).join("\n")
    }

A worse one (${
      (-0.3 * (1 - RIVALS.epsilon) / 2).toFixed(3)
    } per decision): ${worse.promoted.length} of ${worse.runs}
promoted, ${worse.started} came into the canary, ${worse.rejected} turned down within 4,000 steps.

Broken propensities of a clearly better challenger, 1,500 steps:

| propensities | came into the canary | refused at the end |
| --- | --- | --- |
${
      broken.map(({ name, all }) =>
        `| ${name} | ${all.started} of ${all.runs} | ${all.refused} of ${all.runs} |`
      ).join("\n")
    }

Rewards that never came: an equal of whose failures nine in ten are never told was promoted in
${hidden.promoted.length} of ${hidden.runs} replays of 4,000 steps, and came into the canary in
${hidden.started}. The better one of gain 0.140 without a tenth of all rewards (centred) was promoted
in ${tenth.promoted.length} of ${tenth.runs}, after a median of ${
      tenth.promoted.length ? median(tenth.promoted) : "-"
    } steps.

A promoted policy that fails from then on was taken back in
${back.back.length} of ${back.promoted.length} replays, after a median of
${back.back.length ? median(back.back) : "-"} decisions.
`;
  const limit = (value: number, limit: number, better: "lower" | "higher") => ({
    value,
    limit,
    better,
  });
  return Promise.resolve({
    title: "The conservative gate: promotion on evidence",
    text,
    figures: {
      "rl.gate.equals_promoted": limit(equals.fixed.promoted.length / replays, ALPHA, "lower"),
      "rl.gate.equals_promoted_learning": limit(
        equals.learning.promoted.length / replays,
        ALPHA,
        "lower",
      ),
      "rl.gate.equals_in_canary": limit(equals.fixed.started / replays, ALPHA, "lower"),
      "rl.gate.bound_ever_wrong": limit(crossed / longRuns, ALPHA, "lower"),
      "rl.gate.better_promoted": limit(clear.promoted.length / clear.runs, 1, "higher"),
      "rl.gate.better_median_steps": limit(
        clear.promoted.length ? median(clear.promoted) : Infinity,
        5000,
        "lower",
      ),
      "rl.gate.worse_promoted": limit(worse.promoted.length, 0, "lower"),
      "rl.gate.broken_in_canary": limit(
        broken.reduce((sum, { all }) => sum + all.started, 0),
        0,
        "lower",
      ),
      "rl.gate.hidden_failures_in_canary": limit(hidden.started, 0, "lower"),
      "rl.gate.tenth_missing_promoted": limit(tenth.promoted.length / tenth.runs, 1, "higher"),
      "rl.gate.failed_taken_back": limit(back.back.length / back.runs, 1, "higher"),
    },
  });
};

if (import.meta.main) {
  const { text, figures } = await section({ quick: Deno.args.includes("--quick") });
  console.log(text);
  await check(figures);
}
