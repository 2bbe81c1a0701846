import type { Context, Mask } from "../bandits/types.ts";
import { createCategorical } from "../nn/categorical.ts";
import { encodeNumbers } from "../nn/encode_numbers.ts";
import type { Mlp } from "../nn/mlp.ts";
import type { Rng } from "../rng.ts";
import { seal } from "./_seal.ts";
import type { NeuralPolicy } from "./neural_policy.ts";

/** What snapshots of a policy are called. */
export const POLICY = "neural-policy";

/** What a policy is made around. */
export interface PolicyParts {
  /** Its network, made for one row. */
  readonly net: Mlp;
  /** The generator actions are drawn with. */
  readonly rng: () => Rng;
  /** How many steps of an optimiser made it. */
  readonly version: () => number;
}

/** The policy of a network that may go on learning. */
export function policyOf({ net, rng, version }: PolicyParts): NeuralPolicy {
  const obsSize = net.sizes[0]!;
  const actions = net.sizes.at(-1)!;
  const choice = createCategorical(actions);
  const row = new Uint8Array(actions);

  /** Whether anything is available; the distribution is loaded then. */
  function load(mask: Mask | undefined, context: Context): boolean {
    if (context.length !== obsSize || (mask !== undefined && mask.length !== actions)) {
      throw new RangeError(
        `${context.length} features and a mask of ${mask?.length ?? "all"} for a policy of ` +
          `${obsSize} features and ${actions} actions`,
      );
    }
    for (let i = 0; i < obsSize; i++) {
      if (!Number.isFinite(context[i])) {
        throw new RangeError(`feature ${i} of the context is no finite number: ${context[i]}`);
      }
      net.input[i] = context[i]!;
    }
    for (let j = 0; j < actions; j++) row[j] = mask === undefined || mask[j] ? 1 : 0;
    if (!row.includes(1)) return false;
    net.forward(1);
    if (!choice.load(net.output, 0, row)) {
      throw new RangeError("the features are too large for this policy: its logits overflow");
    }
    return true;
  }

  const policy: NeuralPolicy = {
    kind: "neural",
    obsSize,
    actions,
    get version() {
      return version();
    },
    probs: (mask, context) =>
      load(mask, context) ? choice.logp.map(Math.exp) : new Float64Array(actions),
    pick(mask, context) {
      const probs = policy.probs(mask, context);
      if (!probs.some((p) => p > 0)) return undefined;
      const arm = choice.sample(rng());
      return { arm, propensity: probs[arm]!, probs };
    },
    snapshot: () =>
      seal(POLICY, { sizes: net.sizes, version: version(), params: encodeNumbers(net.params) }),
  };
  return policy;
}
