/** Where a stream of random numbers stands: plain JSON, a part of every snapshot. */
export interface RngState {
  /** What the stream was started from: a 32-bit unsigned integer. */
  readonly seed: number;
  /** Which of the seed's independent streams: a 32-bit unsigned integer. */
  readonly stream: number;
  /** How many 32-bit words have been drawn: a safe integer. */
  readonly drawn: number;
}

/** A seeded stream of random numbers: the same state gives the same numbers, on every machine. */
export interface Rng {
  /** The next word: an integer from 0 to 2^32 - 1. */
  uint32(): number;
  /** Uniform in [0, 1), with 53 random bits; takes two words. */
  float(): number;
  /**
   * Uniform integer from 0 to `n - 1`, without bias.
   *
   * @throws {RangeError} unless `n` is an integer from 1 to 2^32.
   */
  int(n: number): number;
  /** An independent stream of the same seed, from its start. */
  fork(stream: number): Rng;
  /** Where the stream stands now. */
  state(): RngState;
}

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/**
 * Philox4x32-10, a counter-based generator: the n-th number is a function of seed, stream and n, so
 * that a state is three integers and a resumed run goes on bit for bit.
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11.
 *
 * @param from a seed, of which the lowest 32 bits count, or where another stream stood.
 * @throws {RangeError} when the seed is no safe integer or the state is damaged.
 *
 * @example
 * ```ts
 * import { createRng } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const rng = createRng(7);
 * rng.float();
 * const state = rng.state();
 * const next = rng.float();
 * assert.equal(createRng(state).float(), next);
 * ```
 */
export function createRng(from: number | RngState): Rng {
  const { seed, stream, drawn } = typeof from === "number"
    ? { seed: from, stream: 0, drawn: 0 }
    : from;
  if (![seed, stream, drawn].every(Number.isSafeInteger) || drawn < 0) {
    throw new RangeError(`not a seed or a state of a generator: ${JSON.stringify(from)}`);
  }
  const [key0, key1] = [seed >>> 0, stream >>> 0];
  const block = new Uint32Array(4);
  let taken = drawn;
  if (taken % 4 !== 0) philox(block, Math.floor(taken / 4), key0, key1);

  function uint32(): number {
    const at = taken % 4;
    if (at === 0) philox(block, taken / 4, key0, key1);
    taken++;
    return block[at]!;
  }

  return {
    uint32,
    float: () => ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992,
    int(n) {
      if (!Number.isInteger(n) || n < 1 || n > 4294967296) {
        throw new RangeError(`not a number of possibilities from 1 to 2^32: ${n}`);
      }
      // Words above the last whole multiple of n would favour the small results.
      const most = 4294967296 - 4294967296 % n;
      let word = uint32();
      while (word >= most) word = uint32();
      return word % n;
    },
    fork: (stream) => createRng({ seed: key0, stream: stream >>> 0, drawn: 0 }),
    state: () => ({ seed: key0, stream: key1, drawn: taken }),
  };
}

/** One block of four words; the counter is a safe integer, so two of its four words are 0. */
function philox(out: Uint32Array, counter: number, key0: number, key1: number): void {
  let c0 = counter >>> 0;
  let c1 = Math.floor(counter / 4294967296) >>> 0;
  let c2 = 0;
  let c3 = 0;
  let k0 = key0;
  let k1 = key1;
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(M0, c0);
    const low0 = Math.imul(M0, c0) >>> 0;
    const high1 = mulHigh(M1, c2);
    const low1 = Math.imul(M1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + W0) >>> 0;
    k1 = (k1 + W1) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** The upper 32 bits of a product of two 32-bit words; no sum here passes 2^32. */
function mulHigh(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const middle = (a1 * b0 >>> 0) + (a0 * b0 >>> 16);
  const other = (a0 * b1 >>> 0) + (middle & 0xffff);
  return (a1 * b1 + (middle >>> 16) + (other >>> 16)) >>> 0;
}
