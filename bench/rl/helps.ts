// deno-lint-ignore-file no-console -- a script for the command line
/**
 * Does it help? On the requests of `requests/`: how often the first tool is right by the fixed rules,
 * by the policy a new workspace starts with, and after 50, 200 and 1,000 decisions.
 *
 * A run is a person at work: requests of the train side come in random order, the learner of the
 * product chooses (trying included), the tool is run in the real repository and its result scored as
 * in a session, and the person reacts to some of it. Measured is, with what was learned up to each
 * point, how often the first tool would be right on the requests of the test side, none of whose
 * wordings stands on the train side, and on the person's own requests when they come again. The
 * prior was learned from other wordings; near ones of the same requests may be among them, and the
 * settings of model and prior were chosen by what they gave on both sides, so that the gain there is
 * somewhat flattered.
 *
 * `deno run -A bench/rl/helps.ts`
 */
import { toolPrior } from "../../rl/chooser/tool_prior.ts";
import { check } from "../_report.ts";
import { openOutcomes } from "./_outcomes.ts";
import { loadRequests } from "./_requests.ts";
import type { MakeSection } from "./_section.ts";
import { byRules, mean, openCases, percent, PERSON, run, type Shares } from "./_work.ts";

const POINTS: readonly number[] = [0, 25, 50, 100, 150, 200, 400, 700, 1000];
const RUNS = 10;

/** Runs the experiment; `quick` is one short run in which no tool is run. */
export const section: MakeSection = async ({ quick = false } = {}) => {
  const cases = await openCases(await loadRequests());
  const test = cases.filter(({ row }) => row.split === "test");
  const own = cases.filter(({ row }) => row.split === "train");
  const points = quick ? [0, 25, 50] : POINTS;
  const runs = quick ? 1 : RUNS;
  const rules = { test: mean(test.map(byRules)), own: mean(own.map(byRules)) };
  const taught: Shares[][] = [];
  const plain: Shares[][] = [];
  await using outcomes = quick ? undefined : openOutcomes();
  for (let seed = 1; seed <= runs; seed++) {
    taught.push(await run({ own, test, prior: toolPrior(), seed, points, outcomes }));
    plain.push(await run({ own, test, prior: undefined, seed, points, outcomes }));
  }
  const at = (runs: readonly Shares[][], side: keyof Shares, point: number) =>
    runs.map((run) => run[points.indexOf(point)]![side]);
  const gain = (side: keyof Shares, point: number) =>
    100 * (mean(at(taught, side, point)) - rules[side]);
  const grown = (runs: readonly Shares[][]) =>
    100 * (mean(at(runs, "own", points.at(-1)!)) - mean(at(runs, "own", 0)));
  // Of any run at any point, not of their mean.
  const lowest = 100 * Math.min(
    ...taught.flat().flatMap(({ test, own }) => [
      test - rules.test,
      own - rules.own,
    ]),
  );
  return {
    title: "Does it help? The first tool is right",
    text: [
      `${runs} runs with seeds 1 to ${runs}. The person speaks after ${PERSON.speaks * 100} % of ` +
      "the requests: 10 of 10 when the first tool was right, else 0 of 10 and the right one; " +
      `${PERSON.errs * 100} % of that is wrong. Shares are expected ones, over what the policy ` +
      `tries; ± is one standard error over runs. *New wordings*: the ${test.length} requests of ` +
      `the test side. *Come again*: the person's own ${own.length}. *Alone*: without the prior. None of ` +
      "the requests is word for word among what the prior was learned from, near ones may be; the " +
      "settings of model and prior were chosen by what they gave on both sides.",
      "",
      "| decisions | new wordings | alone | come again | alone |",
      "| ---: | ---: | ---: | ---: | ---: |",
      `| fixed rules | ${percent([rules.test])} | | ${percent([rules.own])} | |`,
      ...points.map((point) => {
        const columns = [
          at(taught, "test", point),
          at(plain, "test", point),
          at(taught, "own", point),
          at(plain, "own", point),
        ];
        return `| ${point} | ${columns.map(percent).join(" | ")} |`;
      }),
    ].join("\n"),
    figures: {
      "rl.helps.gain_cold": { value: gain("test", 0), limit: 10, better: "higher" },
      "rl.helps.gain_after": { value: gain("test", quick ? 50 : 200), limit: 10, better: "higher" },
      "rl.helps.lowest_gain": { value: lowest, limit: -2, better: "higher" },
      // What is learned at work, the prior apart.
      "rl.helps.grown": { value: grown(taught), limit: quick ? -1 : 2, better: "higher" },
      "rl.helps.grown_alone": { value: grown(plain), limit: quick ? -10 : 5, better: "higher" },
    },
  };
};

if (import.meta.main) {
  const { title, text, figures } = await section({ quick: Deno.args.includes("--quick") });
  console.log(`# ${title}\n\n${text}\n`);
  await check(figures);
}
