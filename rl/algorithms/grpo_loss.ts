import type { Categorical } from "../nn/categorical.ts";
import type { PolicyRows } from "./types.ts";

/** Rows of GRPO: the decisions of some candidates, one candidate after another. */
export interface GrpoRows extends PolicyRows {
  /** Log-probability of each decision when it was made. */
  readonly oldLogp: Float64Array;
  /** Its log-probability under the reference policy; read when `beta` is not 0. */
  readonly refLogp: Float64Array;
  /** Takes its log-probability now. */
  readonly logp: Float64Array;
  /** 1 where a decision is learned from. */
  readonly active: Uint8Array;
  /** How many candidates there are. */
  sequences: number;
  /** Row after the last one of each candidate. */
  readonly ends: Int32Array;
  /** Advantage of each candidate. */
  readonly advantage: Float64Array;
  /** Weight of each decision of a candidate in the sum: this is what aggregations differ in. */
  readonly weight: Float64Array;
}

/** Options of {@linkcode grpoLoss}. */
export interface GrpoLossOptions {
  /** How far a ratio may fall below 1. Default 0.2. */
  readonly epsilon?: number;
  /** How far it may rise above 1; DAPO has 0.28. Default 0.2. */
  readonly epsilonHigh?: number;
  /** Factor of the divergence from the reference policy. Default 0. */
  readonly beta?: number;
  /** Whether ratios are of a decision or (geometric mean) of a whole candidate. Default `token`. */
  readonly importanceLevel?: "token" | "sequence";
}

/** What {@linkcode grpoLoss} measures on its way, summed up over active decisions. */
export interface GrpoStats {
  /** Active decisions. */
  tokens: number;
  /** Sum of their `k3`, when `beta` is not 0. */
  kl: number;
  /** How many had a ratio outside the clip range. */
  clipped: number;
}

/**
 * `L = Σ w (-min(ρ A, clip(ρ, 1-ε, 1+ε_high) A) + β k3)` with `ρ = exp(logp - logp_old)` and `k3 =
 * exp(ref - logp) - (ref - logp) - 1 ≥ 0`, and its gradient to the logits. At sequence level ρ is
 * `exp(mean(logp - logp_old))` over a candidate's active decisions. Logarithms of ratios are held
 * in ±20.
 *
 * Source: Shao et al., "DeepSeekMath", arXiv 2402.03300, equations 3 and 4; `epsilonHigh`: Yu et
 * al., "DAPO", arXiv 2503.14476; sequence level: Zheng et al., "Group sequence policy
 * optimization", arXiv 2507.18071.
 *
 * @param out takes the measures, added to what is there.
 * @returns the loss; NaN or infinite when logits or advantages are.
 */
export function grpoLoss(
  rows: GrpoRows,
  choice: Categorical,
  options: GrpoLossOptions,
  out: GrpoStats,
): number {
  const { epsilon = 0.2, epsilonHigh = 0.2, beta = 0, importanceLevel = "token" } = options;
  const { logits, logitsGrad, mask, action, logp, oldLogp, refLogp, active } = rows;
  const actions = choice.logp.length;
  for (let i = 0; i < rows.rows; i++) {
    choice.load(logits, i * actions, mask, i * actions);
    logp[i] = choice.logp[action[i]!]!;
  }
  let loss = 0;
  for (let s = 0, from = 0; s < rows.sequences; s++) {
    const to = rows.ends[s]!;
    const a = rows.advantage[s]!;
    const weight = rows.weight[s]!;
    let [sum, tokens] = [0, 0];
    for (let i = from; i < to; i++) {
      if (active[i] !== 1) continue;
      sum += logp[i]! - oldLogp[i]!;
      tokens++;
    }
    for (let i = from; i < to; i++) {
      const at = i * actions;
      if (active[i] !== 1) {
        logitsGrad.fill(0, at, at + actions);
        continue;
      }
      const apart = importanceLevel === "sequence" ? sum / tokens : logp[i]! - oldLogp[i]!;
      const log = Math.min(Math.max(apart, -20), 20);
      const ratio = Math.exp(log);
      const bounded = Math.min(Math.max(ratio, 1 - epsilon), 1 + epsilonHigh);
      const flat = bounded * a < ratio * a || log !== apart;
      loss -= weight * Math.min(ratio * a, bounded * a);
      // Of a candidate's ratio each decision moves one part in `tokens`, and `tokens` rows have it.
      let slope = flat ? 0 : -weight * ratio * a;
      if (beta !== 0) {
        const away = refLogp[i]! - logp[i]!;
        const k3 = Math.exp(away) - away - 1;
        loss += weight * beta * k3;
        slope += weight * beta * (1 - Math.exp(away));
        out.kl += k3;
      }
      if (bounded !== ratio) out.clipped++;
      choice.load(logits, at, mask, at);
      choice.gradient(action[i]!, slope, 0, logitsGrad, at);
    }
    out.tokens += tokens;
    from = to;
  }
  return loss;
}
