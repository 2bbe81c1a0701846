/** Panels in double precision, so that no number is converted in the inner loop; they grow. */
let panelX = new Float64Array(0);
let panelW = new Float64Array(0);
/** The sums of a tile at the right or at the bottom. */
const tile = new Float64Array(16);

/**
 * `y[i, j] = base[i baseI + j] + Σ_p x[i xi + p xp] w[j wj + p wp]` for any strides, so that one
 * function serves products with either side transposed. Both sides are packed in panels of four,
 * and four rows by four columns are done at a time: sixteen sums stay in registers and each number
 * that is loaded is used four times. Each sum is taken in the order of p and in double precision
 * whatever lies around it, so that a row's result does not depend on its batch.
 *
 * Source: Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS
 * 34(3), 2008.
 *
 * @param m rows of y.
 * @param n columns of y, which lie without a gap.
 * @param k terms of a sum.
 */
export function multiply(
  x: Float32Array,
  xi: number,
  xp: number,
  w: Float32Array,
  wj: number,
  wp: number,
  y: Float32Array,
  m: number,
  n: number,
  k: number,
  base: Float32Array,
  baseI: number,
): void {
  const k4 = k * 4;
  const wide = Math.ceil(n / 4) * k4;
  if (panelX.length < k4) panelX = new Float64Array(k4);
  if (panelW.length < wide) panelW = new Float64Array(wide);
  const [a, b] = [panelX, panelW];
  for (let j = 0; j < n; j += 4) pack(w, j, n, wj, wp, k, b, j * k);
  for (let i = 0; i < m; i += 4) {
    pack(x, i, m, xi, xp, k, a, 0);
    for (let j = 0; j < n; j += 4) {
      let c00 = 0, c01 = 0, c02 = 0, c03 = 0, c10 = 0, c11 = 0, c12 = 0, c13 = 0;
      let c20 = 0, c21 = 0, c22 = 0, c23 = 0, c30 = 0, c31 = 0, c32 = 0, c33 = 0;
      for (let p = 0, q = j * k; p < k4; p += 4, q += 4) {
        const x0 = a[p]!, x1 = a[p + 1]!, x2 = a[p + 2]!, x3 = a[p + 3]!;
        const w0 = b[q]!, w1 = b[q + 1]!, w2 = b[q + 2]!, w3 = b[q + 3]!;
        c00 += x0 * w0;
        c01 += x0 * w1;
        c02 += x0 * w2;
        c03 += x0 * w3;
        c10 += x1 * w0;
        c11 += x1 * w1;
        c12 += x1 * w2;
        c13 += x1 * w3;
        c20 += x2 * w0;
        c21 += x2 * w1;
        c22 += x2 * w2;
        c23 += x2 * w3;
        c30 += x3 * w0;
        c31 += x3 * w1;
        c32 += x3 * w2;
        c33 += x3 * w3;
      }
      const at = i * n + j;
      const from = i * baseI + j;
      if (i + 4 > m || j + 4 > n) {
        tile[0] = c00, tile[1] = c01, tile[2] = c02, tile[3] = c03;
        tile[4] = c10, tile[5] = c11, tile[6] = c12, tile[7] = c13;
        tile[8] = c20, tile[9] = c21, tile[10] = c22, tile[11] = c23;
        tile[12] = c30, tile[13] = c31, tile[14] = c32, tile[15] = c33;
        for (let r = 0; r < 4 && i + r < m; r++) {
          for (let c = 0; c < 4 && j + c < n; c++) {
            y[at + r * n + c] = base[from + r * baseI + c]! + tile[r * 4 + c]!;
          }
        }
        continue;
      }
      const [at1, at2, at3] = [at + n, at + 2 * n, at + 3 * n];
      const [from1, from2, from3] = [from + baseI, from + 2 * baseI, from + 3 * baseI];
      y[at] = base[from]! + c00, y[at + 1] = base[from + 1]! + c01;
      y[at + 2] = base[from + 2]! + c02, y[at + 3] = base[from + 3]! + c03;
      y[at1] = base[from1]! + c10, y[at1 + 1] = base[from1 + 1]! + c11;
      y[at1 + 2] = base[from1 + 2]! + c12, y[at1 + 3] = base[from1 + 3]! + c13;
      y[at2] = base[from2]! + c20, y[at2 + 1] = base[from2 + 1]! + c21;
      y[at2 + 2] = base[from2 + 2]! + c22, y[at2 + 3] = base[from2 + 3]! + c23;
      y[at3] = base[from3]! + c30, y[at3 + 1] = base[from3 + 1]! + c31;
      y[at3 + 2] = base[from3 + 2]! + c32, y[at3 + 3] = base[from3 + 3]! + c33;
    }
  }
}

/** Packs four rows from `first` on, term by term; of those from `count` on old numbers stay. */
function pack(
  from: Float32Array,
  first: number,
  count: number,
  row: number,
  term: number,
  k: number,
  to: Float64Array,
  at: number,
): void {
  if (first + 4 <= count) {
    let f0 = first * row, f1 = f0 + row, f2 = f1 + row, f3 = f2 + row;
    for (let p = 0, q = at; p < k; p++, q += 4) {
      to[q] = from[f0]!, to[q + 1] = from[f1]!, to[q + 2] = from[f2]!, to[q + 3] = from[f3]!;
      f0 += term, f1 += term, f2 += term, f3 += term;
    }
    return;
  }
  for (let r = first; r < count; r++) {
    for (let p = 0, f = r * row, q = at + r - first; p < k; p++, f += term, q += 4) {
      to[q] = from[f]!;
    }
  }
}
