/**
 * A person at work: requests come, the learner of the product chooses, the person reacts to some of
 * it; and how often the first tool would be right with what was learned up to a point.
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
import type { ToolPrior } from "../../rl/chooser/tool_prior.ts";
import { openDecisionLog } from "../../rl/log/decision_log.ts";
import { createRng } from "../../rl/rng.ts";
import type { Outcomes } from "./_outcomes.ts";
import {
  firstContext,
  isRight,
  type LabelledRequest,
  type Offer,
  openOffers,
} from "./_requests.ts";
import { spread } from "./_spread.ts";

/** A request with what the tools offer for it. */
export interface Case {
  readonly row: LabelledRequest;
  readonly candidates: readonly Offer[];
  readonly features: Readonly<Record<string, number>>;
}

/** Shares that are right. */
export interface Shares {
  /** On the test side. */
  readonly test: number;
  /** On the person's own requests. */
  readonly own: number;
}

/** What a run works with. */
export interface Run {
  readonly own: readonly Case[];
  readonly test: readonly Case[];
  readonly prior: ToolPrior | undefined;
  readonly seed: number;
  readonly points: readonly number[];
  readonly outcomes: Outcomes | undefined;
}

/** How a person reacts: share of the requests after which they speak, and of that which is wrong. */
export const PERSON = { speaks: 0.5, errs: 0.05 } as const;
/** What the tools offer for each of the requests. */
export async function openCases(rows: readonly LabelledRequest[]): Promise<Case[]> {
  const offers = await openOffers();
  return rows.map((row) => ({
    row,
    candidates: offers(row.request).filter(({ instead }) => instead === undefined),
    features: requestFeatures(parseRequest(row.request)),
  }));
}

/** 1 when the fixed rules choose a right tool first. */
export function byRules({ row, candidates }: Case): number {
  return isRight(row, rulesChooser().choose(firstContext(row), candidates)) ? 1 : 0;
}

/** One person's work; gives the shares at each point. */
export async function run({ own, test, prior, seed, points, outcomes }: Run): Promise<Shares[]> {
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

/** A share with one standard error over runs, in percent. */
export function percent(values: readonly number[]): string {
  const around = values.length < 2 ? "" : ` ± ${(100 * spread(values).se).toFixed(1)}`;
  return `${(100 * mean(values)).toFixed(1)}${around} %`;
}

/** The arithmetic mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
