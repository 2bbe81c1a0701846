/** What was known when something was to be chosen, and how it was. */
export interface Situation {
  /** Version of this shape. */
  readonly v: 1;
  /** Unique; rewards name it. */
  readonly event_id: string;
  /** Milliseconds since the epoch. */
  readonly ts: number;
  /** Which request it was for: `<session>/<number>`. */
  readonly episode_id: string;
  /** Which of its steps, from 1. */
  readonly step: number;
  /** Features of the moment before the action that are not 0. */
  readonly ctx: readonly number[];
  /** Their names, in the same order. */
  readonly ctx_names: readonly string[];
  /** Version of how features are made. */
  readonly ctx_schema: string;
  /** Words as they were written, by what the features call them, where these differ. */
  readonly words?: Readonly<Record<string, string>>;
  /** By name; `mask`, `weights` and `probs` are in this order. */
  readonly arms: readonly string[];
  /** True for what could be chosen. */
  readonly mask: readonly boolean[];
  /** Why the others could not, by name: `cooling down`, `denied by the policy`. */
  readonly masked?: Readonly<Record<string, string>>;
  /** What the arms' own rules said for them. */
  readonly weights: readonly number[];
  /** The whole distribution the pick was drawn from. */
  readonly probs: readonly number[];
  /** The probability with which it was picked, in (0, 1]. */
  readonly propensity: number;
  /** What the untaught rules would have chosen. */
  readonly untaught: string;
  /** The policy that chose; with the share of a challenger while one is tried. */
  readonly policy_id: string;
  /**
   * Which champion that was, and the offset of the log it had learned: `2@1204`. A number in entries
   * of older versions: how many outcomes it had learned.
   */
  readonly policy_version: string | number;
}

/** A choice as it is logged, so that it can be judged and learned from later. */
export interface Decision extends Situation {
  /** Tells it from other entries. */
  readonly kind: "decision";
  /** The arm that was chosen. */
  readonly action: string;
}

/**
 * What would have been chosen for a request that a model answered, and what the model took. Nobody
 * learns from it and nothing is judged by it: with what probability a model does something is not
 * known.
 */
export interface SuggestionEntry extends Situation {
  /** Tells it from other entries. */
  readonly kind: "suggestion";
  /** The arm that was suggested. */
  readonly suggested: string;
  /** The tool that the model called first, whether it is an arm or not; empty when it called none. */
  readonly taken: string;
  /** What that brought, as measured. */
  readonly components: Readonly<Record<string, number>>;
}

/** Something that became known of a decision. */
export interface RewardEntry {
  /** Version of this shape. */
  readonly v: 1;
  /** Tells it from other entries. */
  readonly kind: "reward";
  /** Of the decision. */
  readonly event_id: string;
  /** Milliseconds since the epoch. */
  readonly ts: number;
  /** As measured: `score` (0 to 2), `seconds`, `feedback` (0 to 10), `reverted` (1). */
  readonly components: Readonly<Record<string, number>>;
  /** Id of the change of files it made. */
  readonly change?: string;
  /** Arm that would have been right, as the person said. */
  readonly better?: string;
  /** Whether nothing more is awaited. */
  readonly final: boolean;
}

/**
 * What the person did to the policy: from here on it is as if nothing had been learned, as if the
 * whole log had just been learned anew, or as another state says.
 */
export interface ControlEntry {
  /** Version of this shape. */
  readonly v: 1;
  /** Tells it from other entries. */
  readonly kind: "control";
  /** Its own id. */
  readonly event_id: string;
  /** Milliseconds since the epoch. */
  readonly ts: number;
  /** What was done. */
  readonly action: "reset" | "replay" | "import";
  /** With `import`: the state. */
  readonly state?: unknown;
}

/** One entry of the log. */
export type LogEntry = Decision | SuggestionEntry | RewardEntry | ControlEntry;

/** How far the sum of probabilities may be from 1. */
const SLACK = 1e-6;

/**
 * What is wrong with an entry that was read from a log.
 *
 * @returns one clause; undefined for one that can be learned from.
 */
export function entryProblem(entry: unknown): string | undefined {
  if (typeof entry !== "object" || entry === null) return "no object";
  const { v, kind, event_id, ts } = entry as Partial<LogEntry>;
  if (v !== 1) return `version ${String(v)}, this program knows 1`;
  if (typeof event_id !== "string" || event_id === "") return "no event_id";
  if (!Number.isFinite(ts)) return "no time";
  if (kind === "reward") return rewardProblem(entry as Partial<RewardEntry>);
  if (kind === "decision") {
    const decision = entry as Partial<Decision>;
    return situationProblem(decision, decision.action);
  }
  if (kind === "suggestion") {
    const { suggested, taken, components, ...situation } = entry as Partial<SuggestionEntry>;
    if (typeof taken !== "string") return "nothing that was taken";
    return componentsProblem(components) ?? situationProblem(situation, suggested);
  }
  if (kind === "control") {
    const { action } = entry as Partial<ControlEntry>;
    return ["reset", "replay", "import"].includes(action!) ? undefined : `action ${String(action)}`;
  }
  return `kind ${JSON.stringify(kind)}`;
}

function rewardProblem({ components, better, change, final }: Partial<RewardEntry>) {
  const problem = componentsProblem(components);
  if (problem !== undefined) return problem;
  const texts = [better, change].every((it) => it === undefined || typeof it === "string");
  return texts && typeof final === "boolean" ? undefined : "fields of another kind";
}

function componentsProblem(components: unknown): string | undefined {
  if (typeof components !== "object" || components === null) return "no components";
  const odd = Object.entries(components).find(([, value]) => !Number.isFinite(value));
  return odd && `component ${odd[0]} is ${String(odd[1])}`;
}

function situationProblem(
  situation: Partial<Situation>,
  picked: string | undefined,
): string | undefined {
  const { ctx, ctx_names, arms, mask, weights, probs, propensity } = situation;
  const { untaught, episode_id, step, masked = {}, words = {} } = situation;
  if (!areAll(arms, "string") || arms.length === 0) return "no arms";
  if (new Set(arms).size !== arms.length) return "an arm stands twice";
  if (!areAll(ctx_names, "string") || !areFinite(ctx) || ctx.length !== ctx_names.length) {
    return "features and names do not fit";
  }
  const [n, of] = [arms.length, (list: readonly unknown[]) => list.length === arms.length];
  if (!areAll(mask, "boolean") || !of(mask)) return `no mask of ${n} arms`;
  if (!areFinite(weights) || !of(weights)) return `no weights of ${n} arms`;
  if (!areFinite(probs) || !of(probs)) return `no probabilities of ${n} arms`;
  if (typeof episode_id !== "string" || !Number.isInteger(step)) return "no request";
  if (typeof untaught !== "string") return "no untaught choice";
  if (!areTexts(masked) || !areTexts(words)) return "reasons or words that are none";
  const at = arms.indexOf(picked ?? "");
  if (at < 0 || !mask[at]) return `action ${JSON.stringify(picked)} could not be chosen`;
  if (typeof propensity !== "number" || !(propensity > 0 && propensity <= 1)) {
    return `propensity ${String(propensity)}`;
  }
  const sum = probs.reduce((total, p) => total + p, 0);
  if (probs.some((p, i) => p < 0 || (!mask[i] && p > 0)) || Math.abs(sum - 1) > SLACK) {
    return "probabilities that are none";
  }
  return Math.abs(probs[at]! - propensity) > SLACK
    ? "propensity and probability differ"
    : undefined;
}

function areTexts(record: unknown): boolean {
  return typeof record === "object" && record !== null &&
    areAll(Object.values(record), "string");
}

function areFinite(list: unknown): list is readonly number[] {
  return Array.isArray(list) && list.every((item) => Number.isFinite(item));
}

function areAll<K extends "string" | "boolean">(
  list: unknown,
  kind: K,
): list is readonly (K extends "string" ? string : boolean)[] {
  return Array.isArray(list) && list.every((item) => typeof item === kind);
}
