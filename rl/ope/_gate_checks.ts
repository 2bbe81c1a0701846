import type { GateCheck, GateSums } from "./gate_types.ts";
import type { Work } from "./_gate_work.ts";
import { effectiveSize } from "./_moments.ts";
import { sumRejected } from "./_screen.ts";
import { violations } from "./_support.ts";
import { MOST_ERRORS, ROUNDING, weightError } from "./_weight_error.ts";

/**
 * Whether the log can be trusted: without that nothing else is looked at. A weight over `1 / floor`
 * belongs here, as the bounds stand on the floor.
 */
export function loggingChecks(work: Work): GateCheck[] {
  const { n, thresholds, rejected, champion, challenger } = work;
  const largest = Math.max(champion.largest, challenger.largest);
  const most = (1 + ROUNDING) / thresholds.floor;
  const aside = sumRejected(rejected);
  const share = aside / Math.max(1, n + aside);
  return [
    check("logging", "share of rows put aside", share, "<=", thresholds.maxRejected),
    check("b", "largest weight", largest, "<=", most),
    ...n > 0 ? [meanWeight(work, "champion"), meanWeight(work, "challenger")] : [],
  ];
}

function meanWeight({ n, thresholds, ...work }: Work, who: "champion" | "challenger"): GateCheck {
  const { mean, se } = weightError({ n, ...work[who], bound: 1 / thresholds.floor });
  return check(
    "logging",
    `distance from 1 of the ${who}'s mean weight, beside ${MOST_ERRORS} standard errors,`,
    Math.abs(mean - 1),
    "<=",
    MOST_ERRORS * se + ROUNDING,
  );
}

/** Conditions (a) to (d), but for the largest weight, and that both lose as many rewards. */
export function promotionChecks(work: Work): GateCheck[] {
  const { n, thresholds, challenger, better, guards, missing } = work;
  const least = Math.max(thresholds.minEss, thresholds.essShare * n);
  return [
    check("a", "effective sample size", effectiveSize(challenger), ">=", least),
    check("b", "support violations", violations(work.support), "<=", 0),
    check("c", "lower bound of the gain in value", Math.max(-1, better.bound()), ">", 0),
    ...missing.n === 0 ? [] : [lostCheck(work), lostBy("the champion", missing.less.bound())],
    ...Object.entries(guards).flatMap(([name, { told, missing, better }]) => [
      check(
        "d",
        `upper bound of how much worse ${name} is`,
        Math.min(1, -better.bound()),
        "<=",
        thresholds.guards[name]!.delta,
      ),
      check(
        "d",
        `share of rows without ${name}`,
        told + missing > 0 ? missing / (told + missing) : 0,
        "<=",
        thresholds.maxRejected,
      ),
    ]),
  ];
}

/**
 * Whether it is shown that nothing comes of the challenger's choices more often: then what its
 * rewards say is not what it is worth.
 */
export function lostCheck({ missing }: Work): GateCheck {
  return lostBy("the challenger", missing.more.bound());
}

function lostBy(whom: string, bound: number): GateCheck {
  const what = `lower bound of how much more often rewards are missing with ${whom}`;
  return check("missing", what, Math.max(-1, bound), "<=", 0);
}

/** Condition (e): enough decisions at the stage. */
export function stageCheck({ thresholds, stage, stageDone }: Work): GateCheck {
  const share = percent(thresholds.stages[stage]!);
  return check("e", `decisions at ${share}`, stageDone, ">=", thresholds.stageDecisions);
}

/** Condition (f): the same bound reversed. */
export function rollbackCheck({ worse }: Work): GateCheck {
  return check("f", "lower bound of the loss in value", Math.max(-1, worse.bound()), ">", 0);
}

/**
 * The conservative budget, with the next decision counted in: the champion's decisions are worth
 * its value, were all that is missing a full reward; the challenger's its lower bound.
 *
 * Source: Wu, Shariff, Lattimore, Szepesvari, "Conservative bandits", ICML 2016.
 */
export function budgetCheck(work: Work, kappa: number): GateCheck {
  const t = work.n + 1;
  const played = work.played + kappa;
  const { earned, sum, told } = work.champion;
  const value = sum > 0 ? (earned + sum - told) / sum : 0;
  return check(
    "budget",
    `sure earnings up to the next decision, the challenger counted at ${
      rounded(work.value.bound())
    } and the champion at ${rounded(value)}`,
    (t - played) * value + played * work.value.bound(),
    ">=",
    (1 - work.thresholds.budget) * t * value,
  );
}

/** Self-normalised value of what came, mapped onto `[0, 1]`; 0 without weights. */
export function snipsOf({ earned, told }: GateSums): number {
  return told > 0 ? earned / told : 0;
}

/** A condition in words. */
export function told({ name, what, value, must, threshold, ok }: GateCheck): string {
  return `(${name}) ${what} is ${rounded(value)}, ${ok ? "and is" : "not"} ${must} ${
    rounded(threshold)
  }`;
}

/** A share in words. */
export function percent(share: number): string {
  return `${rounded(100 * share)} %`;
}

function check(
  name: string,
  what: string,
  value: number,
  must: GateCheck["must"],
  threshold: number,
): GateCheck {
  const ok = must === ">"
    ? value > threshold
    : must === ">="
    ? value >= threshold
    : value <= threshold;
  return { name, what, value, must, threshold, ok };
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}
