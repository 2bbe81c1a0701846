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
import { parseRequest } from "../../core/agent/request.ts";
import { requestFeatures } from "../../core/agent/request_features.ts";
import { rulesChooser } from "../../core/agent/rules_chooser.ts";
import { openMemoryStore } from "../../core/store/memory.ts";
import type { Store } from "../../core/store/types.ts";
import { judgeTools } from "../../rl/chooser/judge_tools.ts";
import { withKnownWords } from "../../rl/chooser/known_words.ts";
import { openLearner } from "../../rl/chooser/open_learner.ts";
import { foldPolicy, freshState } from "../../rl/chooser/policy_state.ts";
import type { SparseModel } from "../../rl/chooser/sparse_model.ts";
import { type ToolPrior, toolPrior } from "../../rl/chooser/tool_prior.ts";
import { openDecisionLog } from "../../rl/log/decision_log.ts";
import { createRng } from "../../rl/rng.ts";
import { check } from "../_report.ts";
import { openOutcomes, type Outcomes } from "./_outcomes.ts";
import {
  firstContext,
  isRight,
  type LabelledRequest,
  loadRequests,
  type Offer,
  openOffers,
} from "./_requests.ts";
import type { MakeSection } from "./_section.ts";
import { spread } from "./_spread.ts";

/** A request with what the tools offer for it. */
interface Case {
  readonly row: LabelledRequest;
  readonly candidates: readonly Offer[];
  readonly features: Readonly<Record<string, number>>;
}

/** Shares that are right. */
interface Shares {
  /** On the test side. */
  readonly test: number;
  /** On the person's own requests. */
  readonly own: number;
}

interface Run {
  readonly own: readonly Case[];
  readonly test: readonly Case[];
  readonly prior: ToolPrior | undefined;
  readonly seed: number;
  readonly points: readonly number[];
  readonly outcomes: Outcomes | undefined;
}

/** How a person reacts: share of the requests after which they speak, and of that which is wrong. */
const PERSON = { speaks: 0.5, errs: 0.05 } as const;
const POINTS: readonly number[] = [0, 25, 50, 100, 150, 200, 400, 700, 1000];
const RUNS = 10;

/** Runs the experiment; `quick` is one short run in which no tool is run. */
export const section: MakeSection = async ({ quick = false } = {}) => {
  const cases = await openCases();
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

async function openCases(): Promise<Case[]> {
  const offers = await openOffers();
  return (await loadRequests()).map((row) => ({
    row,
    candidates: offers(row.request).filter(({ instead }) => instead === undefined),
    features: requestFeatures(parseRequest(row.request)),
  }));
}

function byRules({ row, candidates }: Case): number {
  return isRight(row, rulesChooser().choose(firstContext(row), candidates)) ? 1 : 0;
}

/** One person's work; gives the shares at each point. */
async function run({ own, test, prior, seed, points, outcomes }: Run): Promise<Shares[]> {
  const rng = createRng(seed);
  const store = openMemoryStore();
  let id = 0;
  const learner = await openLearner({
    store,
    seed,
    session: "bench",
    newId: () => `${seed}-${id++}`,
    now: () => id,
    ...prior && { prior },
  });
  const shares: Shares[] = [];
  for (let decided = 0;; decided++) {
    if (points.includes(decided)) shares.push(await measure(store, own, test, prior));
    if (decided === points.at(-1)) return shares;
    const one = own[rng.int(own.length)]!;
    const context = { ...firstContext(one.row), features: one.features };
    const choice = await learner.choose(context, one.candidates);
    const speaks = rng.float() < PERSON.speaks;
    const errs = rng.float() < PERSON.errs;
    if (choice === undefined) continue;
    const offer = one.candidates.find(({ tool }) => tool === choice.tool)!;
    const score = await outcomes?.score(one.row, offer);
    if (score !== undefined) {
      await learner.learn(context, choice, { reward: score / 2, components: { score } });
    }
    if (!speaks) continue;
    const right = isRight(one.row, choice) !== errs;
    const better = right
      ? undefined
      : one.row.tools.find((tool) =>
        one.candidates.some((candidate) => candidate.tool === tool) && tool !== choice.tool
      );
    await learner.feedback(right ? 10 : 0, better);
  }
}

/** Expected shares of right first tools with what the log says now. */
async function measure(
  store: Store,
  own: readonly Case[],
  test: readonly Case[],
  prior: ToolPrior | undefined,
): Promise<Shares> {
  const policy = foldPolicy(freshState(), prior);
  for await (const page of openDecisionLog(store).after(0)) {
    for (const { value } of page) policy.take(value);
  }
  const share = (cases: readonly Case[]) =>
    mean(cases.map((one) => rightShare(one, policy.model, prior)));
  return { test: share(test), own: share(own) };
}

function rightShare({ row, candidates, features }: Case, model: SparseModel, prior?: ToolPrior) {
  return judgeTools(model, candidates, withKnownWords(features, prior?.words ?? new Set()))
    .filter(({ candidate }) => row.tools.includes(candidate.tool))
    .reduce((sum, { probability }) => sum + probability, 0);
}

function percent(values: readonly number[]): string {
  const around = values.length < 2 ? "" : ` ± ${(100 * spread(values).se).toFixed(1)}`;
  return `${(100 * mean(values)).toFixed(1)}${around} %`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

if (import.meta.main) {
  const { title, text, figures } = await section({ quick: Deno.args.includes("--quick") });
  console.log(`# ${title}\n\n${text}\n`);
  await check(figures);
}
