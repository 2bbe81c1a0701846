/** How many rows share a buffer. */
const ROWS = 32;

/**
 * Makes arrays of `k` zeros. Some share a buffer, as a buffer of its own costs more than all the rest
 * of a cheap choice; no two share a number.
 */
export function createRows(k: number): () => Float64Array {
  let buffer = new ArrayBuffer(0);
  let at = 0;
  return () => {
    if (at === buffer.byteLength) {
      buffer = new ArrayBuffer(ROWS * k * 8);
      at = 0;
    }
    const row = new Float64Array(buffer, at, k);
    at += k * 8;
    return row;
  };
}
