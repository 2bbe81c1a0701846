import { foldEntry, isControl } from "../chooser/fold_entry.ts";
import { judgeTools } from "../chooser/judge_tools.ts";
import {
  basisOf,
  foldPolicy,
  freshState,
  type OpenDecision,
  type PolicyFold,
  type PolicyState,
} from "../chooser/policy_state.ts";
import type { Reward } from "../chooser/reward_of.ts";
import type { SparseModel, SparsePrediction } from "../chooser/sparse_model.ts";
import { type Decision, entryProblem, type LogEntry } from "../log/decision.ts";
import { openDecisionLog } from "../log/decision_log.ts";
import { fingerprint } from "../fingerprint.ts";
import type { Forecast, TrainerState } from "./_trainer_state.ts";
import { modelName, type PolicyOptions, type PolicyVariant } from "../chooser/policy_variant.ts";
import type { TrainerOptions } from "./trainer_options.ts";

/** What came of a decision whose probabilities were computed before any policy learned from it. */
export interface ClosedOutcome {
  readonly forecast: Forecast;
  /** From 0 to 1; absent when nothing ever became known. */
  readonly reward?: number;
  readonly components: Readonly<Record<string, number>>;
}

/** Learning entries of the log, by several policies at once. */
export interface Training {
  /** Takes the next entry; says whether all that was learned was forgotten by it. */
  take(entry: { readonly offset: number; readonly value: unknown }): Promise<"reset" | undefined>;
  /** Decisions that were closed since this was last asked, with and without a reward. */
  outcomes(): ClosedOutcome[];
  /** What is to be kept. */
  state(): Pick<TrainerState, "folds" | "forecasts" | "seen" | "repeated">;
}

/** What {@linkcode openTraining} works with. */
export interface TrainingSetup extends Pick<TrainerOptions, "store" | "prior"> {
  /** Everybody who is judged. */
  readonly policies: readonly PolicyVariant[];
  readonly explore: number;
  /** Least probability that the log must have given for a policy to be judged by it. */
  readonly floor: number;
}

/** So many decisions are known again. */
const MOST_SEEN = 20_000;

/** What rounding may take a weight over its bound by. */
const ROUNDING = 1e-9;

/** Goes on from a state; a way to learn that it does not know learns the log up to there first. */
export async function openTraining(
  from: TrainerState,
  { store, prior, policies, explore, floor }: TrainingSetup,
): Promise<Training> {
  const log = openDecisionLog(store);
  const forecasts = new Map(Object.entries(from.forecasts));
  const seen = new Set(from.seen);
  let { repeated } = from;
  let outcomes: ClosedOutcome[] = [];
  const ways = new Map(policies.map(({ options }) => [modelName(options), options]));
  // They all await the same outcomes: one of them tells.
  const [teller] = ways.keys();
  const knownTo = (options: PolicyOptions) => options.prior === false ? undefined : prior;
  const readers = new Map([...ways].map(([name, options]) => {
    const known = knownTo(options);
    const how = { ...options, ...name === teller && { onOutcome, onMissing } };
    return [name, { open: (state: PolicyState) => foldPolicy(state, known, how), before }];
  }));
  const folds = new Map<string, PolicyFold>();
  for (const [name, reader] of readers) {
    const state = from.folds[name];
    // What was learned over another prior, or with rewards weighed otherwise, is learned anew.
    const fits = state !== undefined && state.basis === basisOf(knownTo(ways.get(name)!));
    folds.set(name, fits ? reader.open(state) : await learned(name));
  }

  return {
    async take({ offset, value }) {
      const problem = entryProblem(value);
      const entry = value as LogEntry;
      const decision = problem === undefined && entry.kind === "decision" ? entry : undefined;
      if (decision !== undefined && isRepeated(decision)) return void repeated++;
      if (decision?.step === 1) forecasts.set(decision.event_id, forecast(decision, offset));
      for (const [name, fold] of folds) {
        folds.set(name, await foldEntry(fold, { offset, value }, readers.get(name)!));
      }
      if (!isControl(value)) return;
      prune();
      return value.action === "reset" ? "reset" : undefined;
    },
    outcomes() {
      const known = outcomes;
      outcomes = [];
      return known;
    },
    state() {
      prune();
      return {
        folds: Object.fromEntries([...folds].map(([name, fold]) => [name, fold.state()])),
        forecasts: Object.fromEntries(forecasts),
        seen: [...seen].slice(-MOST_SEEN),
        repeated,
      };
    },
  };

  /** Forgets forecasts whose outcome nobody awaits any more. */
  function prune(): void {
    const open = new Set(folds.get(teller!)!.open().map(({ decision }) => decision.event_id));
    for (const id of forecasts.keys()) if (!open.has(id)) forecasts.delete(id);
  }

  function isRepeated({ event_id }: Decision): boolean {
    const print = printOf(event_id);
    if (seen.has(print)) return true;
    seen.add(print);
    return false;
  }

  function onOutcome(outcome: OpenDecision, { value }: Reward): void {
    close(outcome, { reward: value });
  }

  function onMissing(outcome: OpenDecision): void {
    close(outcome, {});
  }

  function close({ decision, components }: OpenDecision, reward: { reward?: number }): void {
    const forecast = forecasts.get(decision.event_id);
    if (forecast === undefined) return;
    forecasts.delete(decision.event_id);
    outcomes.push({ forecast, components, ...reward });
  }

  /** Later steps depend on what came before: only first ones are judged. */
  function forecast(decision: Decision, at: number): Forecast {
    const { arms, action, propensity, probs, policy_id: played } = decision;
    const taken = arms.indexOf(action);
    const best = probs.indexOf(Math.max(...probs)) === taken;
    const models = new Map([...folds].map(([name, { model }]) => [name, remembering(model)]));
    const all = policies.map(({ id, options }) => {
      const share = options.explore ?? explore;
      const wanted = wants(decision, models.get(modelName(options))!, share);
      const judged = wanted.some((p) => p > 0) &&
        wanted.every((p, i) => p * floor <= probs[i]! * (1 + ROUNDING));
      return [id, judged ? wanted[taken]! : null];
    });
    return { at, played, best, propensity, probs: Object.fromEntries(all) };
  }

  /** What a policy would do, before it learns from what comes. */
  function wants(decision: Decision, model: SparseModel, explore: number): number[] {
    const { arms, mask, weights, probs, ctx, ctx_names } = decision;
    const candidates = arms.map((tool, i) => ({
      tool,
      weight: weights[i]!,
      reason: "",
      ...!mask[i] && { masked: "masked" },
      // What could be chosen and was tried with nothing is what a person would be asked for.
      ...mask[i] && probs[i] === 0 && { asks: true },
    }));
    const features = ctx_names.map((name, i) => [name, ctx[i]!] as const);
    return judgeTools(model, candidates, features, { explore })
      .map(({ probability }) => probability);
  }

  /** What is left of the log is all that a new way to learn can learn. */
  async function learned(name: string): Promise<PolicyFold> {
    const reader = readers.get(name)!;
    let offset = await log.first() - 1;
    let fold = reader.open({ ...freshState(), offset });
    for await (const value of before(from.offset + 1)) {
      fold = await foldEntry(fold, { offset: ++offset, value }, reader);
    }
    return fold;
  }

  /** Each decision once, with its place kept. */
  async function* before(offset: number): AsyncGenerator<unknown> {
    const prints = new Set<string>();
    for await (const page of log.after(0)) {
      for (const entry of page) {
        if (entry.offset >= offset) return;
        const { kind, event_id } = Object(entry.value) as Partial<Decision>;
        const decides = kind === "decision" && entryProblem(entry.value) === undefined;
        const print = decides ? printOf(event_id!) : "";
        yield decides && prints.has(print) ? undefined : entry.value;
        if (decides) prints.add(print);
      }
    }
  }
}

/** A model that is asked of one situation by several policies. */
function remembering(model: SparseModel): SparseModel {
  const known = new Map<string, SparsePrediction>();
  return {
    ...model,
    predict(arm, features) {
      const prediction = known.get(arm) ?? model.predict(arm, features);
      known.set(arm, prediction);
      return prediction;
    },
  };
}

function printOf(id: string): string {
  return fingerprint(id).toString(36) + fingerprint(`${id} again`).toString(36);
}
