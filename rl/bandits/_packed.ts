/**
 * Algebra on symmetric matrices, kept as their lower triangle row after row. All matrices of a
 * bandit lie in one array, each from its own offset.
 */

/** How many numbers a triangle has. */
export function triangle(d: number): number {
  return d * (d + 1) / 2;
}

/** Dot product of `n` numbers, those of `a` from an offset. */
export function dot(a: Float64Array, from: number, b: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a[from + i]! * b[i]!;
  return sum;
}

/** xᵀAx, two rows at a time: they share what is loaded, and neither waits for the other's sum. */
export function quadratic(a: Float64Array, from: number, x: Float64Array, d: number): number {
  let q = 0;
  let row = from;
  let i = 0;
  for (; i + 1 < d; i += 2) {
    const next = row + i + 1;
    const xi = x[i]!;
    const xn = x[i + 1]!;
    let s = 0;
    let t = 0;
    for (let j = 0; j < i; j++) {
      const xj = x[j]!;
      s += a[row + j]! * xj;
      t += a[next + j]! * xj;
    }
    q += xi * (2 * s + a[row + i]! * xi) +
      xn * (2 * (t + a[next + i]! * xi) + a[next + i + 1]! * xn);
    row = next + i + 2;
  }
  return i < d ? q + x[i]! * (2 * dot(a, row, x, i) + a[row + i]! * x[i]!) : q;
}

/** u = Ax. */
export function times(
  a: Float64Array,
  from: number,
  x: Float64Array,
  d: number,
  u: Float64Array,
): void {
  let k = from;
  for (let i = 0; i < d; i++) {
    const xi = x[i]!;
    let sum = 0;
    for (let j = 0; j < i; j++) {
      const value = a[k++]!;
      sum += value * x[j]!;
      u[j] = u[j]! + value * xi;
    }
    u[i] = sum + a[k++]! * xi;
  }
}

/** A += f·uuᵀ. */
export function addOuter(
  a: Float64Array,
  from: number,
  u: Float64Array,
  d: number,
  f: number,
): void {
  let k = from;
  for (let i = 0; i < d; i++) {
    const fu = f * u[i]!;
    for (let j = 0; j <= i; j++, k++) a[k] = a[k]! + fu * u[j]!;
  }
}

/**
 * The inverse of A + λI by Cholesky's factors: Golub and Van Loan, "Matrix computations" (2013), 4.2.
 *
 * @returns the triangle of the inverse, or undefined when the matrix is not positive definite.
 */
export function invert(
  a: Float64Array,
  from: number,
  d: number,
  lambda: number,
): Float64Array | undefined {
  const l = new Float64Array(triangle(d));
  const inverse = new Float64Array(l.length);
  for (let i = 0, row = 0; i < d; row += ++i) {
    for (let j = 0, other = 0; j <= i; other += ++j) {
      let sum = a[from + row + j]! + (i === j ? lambda : 0);
      for (let k = 0; k < j; k++) sum -= l[row + k]! * l[other + k]!;
      if (i !== j) l[row + j] = sum / l[other + j]!;
      else if (sum > 0 && sum < Infinity) l[row + i] = Math.sqrt(sum);
      else return undefined;
    }
  }
  // L becomes its own inverse, row by row from the top.
  for (let i = 0, row = 0; i < d; row += ++i) {
    const pivot = 1 / l[row + i]!;
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let k = j, other = triangle(j); k < i; other += ++k) {
        sum += l[row + k]! * l[other + j]!;
      }
      inverse[j] = -sum * pivot;
    }
    for (let j = 0; j < i; j++) l[row + j] = inverse[j]!;
    l[row + i] = pivot;
  }
  // A^-1 = L^-T L^-1.
  inverse.fill(0);
  for (let k = 0, row = 0; k < d; row += ++k) {
    for (let i = 0, at = 0; i <= k; i++) {
      const value = l[row + i]!;
      for (let j = 0; j <= i; j++, at++) inverse[at] = inverse[at]! + value * l[row + j]!;
    }
  }
  return inverse;
}
