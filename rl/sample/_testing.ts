import assert from "node:assert/strict";

/** Draws many times and compares mean and variance with the expected ones, within 5 standard errors. */
export function assertMoments(
  draw: () => number,
  mean: number,
  variance: number,
  { draws = 20_000, kurtosis = 9, name = "" }: {
    draws?: number;
    kurtosis?: number;
    name?: string;
  } = {},
): void {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < draws; i++) {
    const x = draw() - mean;
    sum += x;
    squares += x * x;
  }
  const z = sum / draws / Math.sqrt(variance / draws);
  assert.ok(Math.abs(z) < 5, `${name}: the mean is ${z} standard errors off`);
  const zVariance = (squares / draws - variance) /
    (variance * Math.sqrt((kurtosis - 1) / draws));
  assert.ok(Math.abs(zVariance) < 5, `${name}: the variance is ${zVariance} standard errors off`);
}

/** Kolmogorov and Smirnov: the greatest distance of the draws from a distribution function. */
export function assertDistribution(
  draw: () => number,
  cdf: (x: number) => number,
  draws = 20_000,
): void {
  const sorted = Float64Array.from({ length: draws }, draw).sort();
  let distance = 0;
  sorted.forEach((x, i) => {
    const f = cdf(x);
    distance = Math.max(distance, f - i / draws, (i + 1) / draws - f);
  });
  const critical = 1.95 / Math.sqrt(draws); // one in a thousand
  assert.ok(distance < critical, `distance ${distance}, expected below ${critical}`);
}
