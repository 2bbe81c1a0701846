import type { Candidate } from "../../core/agent/chooser.ts";
import type { SparseFeatures, SparseModel } from "./sparse_model.ts";

/** What is believed of one candidate, and how it would be picked. */
export interface JudgedTool {
  /** As it was offered. */
  readonly candidate: Candidate;
  /** Expected reward, from 0 to 1. */
  readonly mean: number;
  /** Standard error of that expectation. */
  readonly error: number;
  /** Probability with which it is picked: exactly 0 for what may not be. */
  readonly probability: number;
}

/** Options of {@linkcode judgeTools}. */
export interface JudgeOptions {
  /** Share of the choices that try something else than the best. Default 0.02. */
  readonly explore?: number;
}

/** What is expected of a tool whose rule says nothing for it, and what a rule adds. */
const NO_RULE = 0.25;
const RULE = 0.5;

/** A tool that no rule speaks for is chosen only if more than this is expected of it. */
const WORTH_IT = 0.4;

/** Gap at which a tool is tried half as often as one that is as good as the best. */
const GAP = 0.1;

/** What is expected of a tool before anything was learned. */
export function baseOf(weight: number): number {
  return NO_RULE + RULE * Math.min(1, Math.max(0, weight));
}

/**
 * Judges candidates and says with which probability each is picked: the best one nearly always; the
 * rest of the probability goes to the others by inverse gap weighting, the less the further they
 * are behind. Nothing is tried that a person would have to be asked for, and nothing that no rule
 * speaks for unless it was learned to be worth it.
 *
 * Source: inverse gap weighting as in Foster and Rakhlin, "Beyond UCB: optimal and efficient
 * contextual bandits with regression oracles", ICML 2020 (SquareCB), with a fixed share instead of
 * a growing one: a first tool that is wrong costs a person more than knowledge is worth.
 *
 * @returns in the order of the candidates; probabilities are all 0 when nothing may be chosen.
 */
export function judgeTools(
  model: SparseModel,
  candidates: readonly Candidate[],
  features: SparseFeatures,
  { explore = 0.02 }: JudgeOptions = {},
): JudgedTool[] {
  const judged = candidates.map((candidate) => {
    const { mean, variance } = model.predict(candidate.tool, featuresOf(candidate, features));
    const expected = Math.min(1, Math.max(0, baseOf(candidate.weight) + mean));
    return { candidate, mean: expected, error: Math.sqrt(variance), probability: 0 };
  });
  const open = judged.filter(({ candidate: { masked, weight }, mean }) =>
    masked === undefined && (weight > 0 || mean > WORTH_IT)
  ).sort(better);
  const [best, ...rest] = open;
  if (best === undefined) return judged;
  const tried = rest.filter(({ candidate }) => !candidate.asks);
  const shares = tried.map(({ mean }) => 1 / (1 + (best.mean - mean) / GAP));
  const all = shares.reduce((sum, share) => sum + share, 0);
  const share = all === 0 ? 0 : explore;
  tried.forEach((one, i) => one.probability = share * shares[i]! / all);
  best.probability = 1 - share;
  return judged;
}

/** The features of a request, seen from one of the tools. */
export function featuresOf({ weight }: Pick<Candidate, "weight">, features: SparseFeatures) {
  return weight > 0 ? [...features, OFFERS] : features;
}

const OFFERS: readonly [string, number] = ["offers", 0.5];

function better(a: JudgedTool, b: JudgedTool): number {
  return b.mean - a.mean || b.candidate.weight - a.candidate.weight ||
    (a.candidate.tool < b.candidate.tool ? -1 : 1);
}
