import { createRng, type Rng } from "../rng.ts";
import { checkAlpha } from "./_screen.ts";
import type { Interval, OpeEstimate } from "./types.ts";

/** The percentile intervals of estimates of the same rows, from the same resampled logs. */
export function bootstrap(
  estimates: readonly OpeEstimate[],
  alpha: number = 0.05,
  resamples: number = 1000,
  rng: Rng = createRng(0),
): Interval[] {
  checkAlpha(alpha);
  if (!(Number.isInteger(resamples) && resamples >= 2)) {
    throw new RangeError(`a bootstrap needs 2 resamples at least: ${resamples}`);
  }
  const n = estimates[0]!.terms.length;
  const values = estimates.map(() => new Float64Array(resamples));
  const times = new Uint32Array(n);
  for (let b = 0; b < resamples; b++) {
    times.fill(0);
    for (let k = 0; k < n; k++) times[rng.int(n)]!++;
    estimates.forEach((estimate, e) => values[e]![b] = again(estimate, times));
  }
  return values.map((all) => {
    all.sort();
    return { low: quantile(all, alpha / 2), high: quantile(all, 1 - alpha / 2) };
  });
}

/** The value if each row had been there so many times. */
function again({ terms, ratio }: OpeEstimate, times: Uint32Array): number {
  const mean = ratio ? ratio.plain : terms;
  let [plain, top, bottom] = [0, 0, 0];
  for (let i = 0; i < times.length; i++) {
    if (mean) plain += times[i]! * mean[i]!;
    if (ratio) {
      top += times[i]! * ratio.top[i]!;
      bottom += times[i]! * ratio.bottom[i]!;
    }
  }
  // Without any weight there is nothing to add.
  return plain / times.length + (bottom > 0 ? top / bottom : 0);
}

function quantile(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}
