import type { Candidate } from "../../core/agent/chooser.ts";
import { CHAMPION, type Champion, firstChampion, readChampion } from "./champion.ts";
import { loggedName } from "./logged_name.ts";
import { modelName, type PolicyVariant } from "./policy_variant.ts";
import { mixPolicies } from "../ope/mix_policies.ts";
import { type JudgedTool, judgeTools } from "./judge_tools.ts";
import type { LearnerOptions } from "./open_learner.ts";
import { openPolicyLog, type PolicyLog } from "./_policy_log.ts";
import type { PolicyFold } from "./policy_state.ts";
import type { SparseFeatures } from "./sparse_model.ts";

/** Later steps of a request are for trying: the first answer stands already. */
const EXPLORE_LATER = 0.1;

/** Who plays: the champion of the workspace, and in a canary a challenger in part. */
export interface PlayedPolicies extends Omit<PolicyLog, "policy"> {
  /** The champion. */
  readonly champion: Champion;
  /** What it has learned. */
  readonly policy: PolicyFold;
  /** Looks whether others play now. */
  follow(): Promise<void>;
  /** How candidates are picked now, and the name to log that under. */
  judge(
    candidates: readonly Candidate[],
    features: SparseFeatures,
    step: number,
  ): { readonly judged: readonly JudgedTool[]; readonly name: string };
}

/** Opens who plays; one that cannot be read is told, and the policy that ships plays instead. */
export async function openPlayed(options: LearnerOptions): Promise<PlayedPolicies> {
  const { store, explore = 0.02, warn = () => {} } = options;
  const logs = new Map<string, PolicyLog>();
  let champion = firstChampion();
  let seen: string | undefined = "";
  await follow();

  const own = () => logs.get(modelName(champion.options))!;
  return {
    get champion() {
      return champion;
    },
    get policy() {
      return own().policy;
    },
    follow,
    async append(...entries) {
      await own().append(...entries);
      await catchUp();
    },
    catchUp,
    async keep() {
      for (const log of logs.values()) await log.keep();
    },
    entries: () => own().entries(),
    newest: () => own().newest(),
    trimmed: () => own().trimmed(),
    judge,
  };

  async function catchUp(): Promise<void> {
    for (const log of logs.values()) await log.catchUp();
  }

  async function follow(): Promise<void> {
    const stored = await store.get(CHAMPION);
    const text = JSON.stringify(stored);
    if (text === seen) return;
    seen = text;
    champion = stored === undefined ? firstChampion() : read(stored);
    const played = [champion, champion.canary].filter((one) => one !== undefined);
    const names = played.map((one) => modelName(one.options));
    for (const name of logs.keys()) if (!names.includes(name)) logs.delete(name);
    for (const [i, name] of names.entries()) {
      if (!logs.has(name)) logs.set(name, await openPolicyLog(options, played[i]));
    }
  }

  function read(stored: unknown): Champion {
    try {
      return readChampion(stored);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      warn(`the policy that ships plays, as there is ${why}`);
      return firstChampion();
    }
  }

  function judge(candidates: readonly Candidate[], features: SparseFeatures, step: number) {
    const judgedBy = ({ options }: PolicyVariant) =>
      judgeTools(logs.get(modelName(options))!.policy.model, candidates, features, {
        explore: explore === 0 ? 0 : step === 1 ? options.explore ?? explore : EXPLORE_LATER,
      });
    const { id, canary } = champion;
    const mine = judgedBy(champion);
    if (canary === undefined) return { judged: mine, name: id };
    const other = judgedBy(canary);
    // Who would choose nothing has no part in a mixture.
    if (!mine.some(isOpen) || !other.some(isOpen)) return { judged: mine, name: id };
    return { judged: mixed(mine, other, canary.share), name: loggedName(id, canary) };
  }
}

function mixed(mine: readonly JudgedTool[], other: readonly JudgedTool[], kappa: number) {
  const probs = [mine, other].map((judged) => judged.map(({ probability }) => probability));
  const mask = mine.map(({ candidate }) => candidate.masked === undefined);
  const mix = mixPolicies({ probs: () => probs[0]! }, { probs: () => probs[1]! }, { kappa });
  const mixture = mix.probs([], mask);
  const between = (a: number, b: number) => (1 - kappa) * a + kappa * b;
  return mine.map((one, i) => ({
    ...one,
    mean: between(one.mean, other[i]!.mean),
    error: between(one.error, other[i]!.error),
    probability: mixture[i]!,
  }));
}

function isOpen({ probability }: JudgedTool): boolean {
  return probability > 0;
}
