/** Rows to learn from: features, action, what to predict. */
export interface RidgeRow {
  /** Features, without the bias. */
  readonly x: ArrayLike<number>;
  /** Which action's regression it belongs to. */
  readonly action: number;
  /** What is to be predicted. */
  readonly y: number;
}

/**
 * One ridge regression with a bias an action, each shrunk towards the mean of all: an action
 * without rows is predicted to be as good as the mean. Predictions stay within what was seen.
 *
 * Source: Hoerl, Kennard, "Ridge regression", Technometrics 12 (1970); solved by Cholesky, Golub,
 * Van Loan, "Matrix Computations", 4th edition, section 4.2.
 */
export function fitRidge(
  rows: readonly RidgeRow[],
  lambda: number,
): (x: ArrayLike<number>, action: number) => number {
  let mean = 0;
  let [least, most] = [Infinity, -Infinity];
  for (const { y } of rows) {
    mean += y / rows.length;
    least = Math.min(least, y);
    most = Math.max(most, y);
  }
  const d = (rows[0]?.x.length ?? 0) + 1;
  const sums = new Map<number, { gram: Float64Array; right: Float64Array }>();
  const row = new Float64Array(d);
  for (const { x, action, y } of rows) {
    let sum = sums.get(action);
    if (!sum) {
      sum = { gram: new Float64Array(d * d), right: new Float64Array(d) };
      sums.set(action, sum);
    }
    row.set(x);
    row[d - 1] = 1;
    for (let i = 0; i < d; i++) {
      for (let j = 0; j <= i; j++) sum.gram[i * d + j]! += row[i]! * row[j]!;
      sum.right[i]! += row[i]! * (y - mean);
    }
  }
  for (const { gram, right } of sums.values()) {
    for (let i = 0; i < d; i++) gram[i * d + i]! += lambda;
    solveInPlace(gram, right);
  }
  return (x, action) => {
    const theta = sums.get(action)?.right;
    if (!theta) return mean;
    let value = mean + theta[d - 1]!;
    for (let i = 0; i < d - 1; i++) value += theta[i]! * x[i]!;
    return Math.min(Math.max(value, least), most);
  };
}

/** Solves a positive definite system of which the lower half is given; both are overwritten. */
function solveInPlace(a: Float64Array, b: Float64Array): void {
  const d = b.length;
  for (let j = 0; j < d; j++) {
    for (let i = j; i < d; i++) {
      let sum = a[i * d + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * d + k]! * a[j * d + k]!;
      a[i * d + j] = i === j ? Math.sqrt(sum) : sum / a[j * d + j]!;
    }
  }
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < i; k++) b[i]! -= a[i * d + k]! * b[k]!;
    b[i]! /= a[i * d + i]!;
  }
  for (let i = d - 1; i >= 0; i--) {
    for (let k = i + 1; k < d; k++) b[i]! -= a[k * d + i]! * b[k]!;
    b[i]! /= a[i * d + i]!;
  }
}
