import type { LearnerEvaluation, LearnerPass, LearnerStatus } from "../../core/agent/learner.ts";

/** What was learned, in lines. */
export function statusText(data: LearnerStatus): string {
  const { decisions, learned, open, missing, passedOver, tools, trained = [], suggested } = data;
  const line = ({ tool, count, reward }: LearnerStatus["tools"][number]) =>
    `  ${tool.padEnd(14)} ${String(count).padStart(5)} times, reward ${reward.toFixed(2)}`;
  return [
    `${data.policy}: ${decisions} decisions, learned from ${learned}, ${open} awaited, ` +
    `${missing} without an outcome, ${passedOver} passed over`,
    data.why,
    ...suggested === undefined
      ? []
      : [`the model took what was suggested in ${suggested.taken} of ${suggested.made} requests`],
    ...tools.map(line),
    ...trained.length === 0 ? [] : ["trained by rl train:", ...trained.map(line)],
  ].join("\n");
}

/** What a log says, in lines. */
export function evaluationLines(data: LearnerEvaluation): string[] {
  const { rows, missing, effective, rejected, trimmed, values, verdict } = data;
  const odd = Object.entries(rejected).map(([why, count]) => `${count} (${why})`);
  const lost = Object.entries(missing).map(([tool, count]) => `${tool} ${count}`);
  return [
    `${rows} first choices with an outcome; for the rules they tell as much as ` +
    `${Math.round(effective)}`,
    ...trimmed === 0 ? [] : [`${trimmed} older entries are no longer in the log`],
    ...lost.length === 0
      ? []
      : [`nothing is known of: ${lost.join(", ")}; intervals hold whatever it was`],
    ...odd.length === 0 ? [] : [`left out: ${odd.join(", ")}`],
    ...values.map(({ policy, value, low, high, method }) =>
      `  ${policy.padEnd(8)} ${value.toFixed(3)}  (${low.toFixed(3)} to ${high.toFixed(3)})  ` +
      method
    ),
    verdict,
  ];
}

/** What a pass of the trainer did, in lines. */
export function passText(
  { ran, why, entries, outcomes, missing, trimmed, verdicts, champion }: LearnerPass,
): string {
  if (!ran) return `nothing was done: ${why}`;
  if (entries === 0) return `nothing new; ${champion} is played`;
  return [
    `${entries} entries, ${outcomes} outcomes, ${missing} without one` +
    `${trimmed === 0 ? "" : `, ${trimmed} old entries trimmed`}; ${champion} is played`,
    ...verdicts.map(({ challenger, decision, reason }) =>
      `  ${challenger}: ${decision}; ${reason}`
    ),
  ].join("\n");
}
