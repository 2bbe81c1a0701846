import { decodeNumbers } from "../nn/decode_numbers.ts";
import { encodeNumbers } from "../nn/encode_numbers.ts";
import { fits, isRecord } from "./_seal.ts";

/**
 * Actions that were taken, oldest first, as arrays: each with the observation and the mask it was
 * taken from, its log-probability then, its reward or return, and the version of the policy.
 */
export interface Samples {
  readonly count: number;
  /** Array index of the i-th oldest. */
  at(i: number): number;
  readonly arrays: SampleArrays;
  /** Adds one from arrays of the same widths; `row` is which of them. */
  add(from: SampleArrays, row: number): void;
  clear(): void;
  snapshot(): unknown;
  restore(snapshot: unknown): () => void;
}

export interface SampleArrays {
  obs: Float32Array;
  mask: Uint8Array;
  action: Int32Array;
  logp: Float64Array;
  /** Reward while the episode goes on, return afterwards. */
  value: Float64Array;
  version: Float64Array;
}

export function sampleArrays(rows: number, obsSize: number, actions: number): SampleArrays {
  return {
    obs: new Float32Array(rows * obsSize),
    mask: new Uint8Array(rows * actions),
    action: new Int32Array(rows),
    logp: new Float64Array(rows),
    value: new Float64Array(rows),
    version: new Float64Array(rows),
  };
}

const FIELDS = ["obs", "mask", "action", "logp", "value", "version"] as const;

/**
 * @param capacity of a ring, in which the newest takes the place of the oldest; without one the
 * arrays grow.
 */
export function createSamples(obsSize: number, actions: number, capacity?: number): Samples {
  const widths = { obs: obsSize, mask: actions, action: 1, logp: 1, value: 1, version: 1 };
  let room = capacity ?? 16;
  let arrays = sampleArrays(room, obsSize, actions);
  let count = 0;
  let first = 0;

  function grow(): void {
    const old = arrays;
    room *= 2;
    arrays = sampleArrays(room, obsSize, actions);
    for (const field of FIELDS) arrays[field].set(old[field]);
  }

  const samples: Samples = {
    get count() {
      return count;
    },
    at: (i) => (first + i) % room,
    get arrays() {
      return arrays;
    },
    add(from, row) {
      if (count === room && capacity === undefined) grow();
      const to = (first + count) % room;
      if (count === room) first = (first + 1) % room;
      else count++;
      for (let j = 0; j < obsSize; j++) arrays.obs[to * obsSize + j] = from.obs[row * obsSize + j]!;
      for (let j = 0; j < actions; j++) {
        arrays.mask[to * actions + j] = from.mask[row * actions + j]!;
      }
      arrays.action[to] = from.action[row]!;
      arrays.logp[to] = from.logp[row]!;
      arrays.value[to] = from.value[row]!;
      arrays.version[to] = from.version[row]!;
    },
    clear() {
      count = first = 0;
    },
    snapshot() {
      const packed = sampleArrays(count, obsSize, actions);
      for (const field of FIELDS) {
        const width = widths[field];
        for (let i = 0; i < count; i++) {
          const at = samples.at(i) * width;
          packed[field].set(arrays[field].subarray(at, at + width), i * width);
        }
      }
      return {
        count,
        ...Object.fromEntries(FIELDS.map((field) => [field, encodeNumbers(packed[field])])),
      };
    },
    restore(snapshot) {
      fits(isRecord(snapshot), "no samples");
      const next = snapshot["count"] as number;
      fits(Number.isSafeInteger(next) && next >= 0 && next <= (capacity ?? Infinity), "samples");
      const rows = FIELDS.map((field) =>
        decodeNumbers(snapshot[field] as never, next * widths[field])
      );
      return () => {
        while (room < next) grow();
        FIELDS.forEach((field, f) => arrays[field].set(rows[f]!));
        first = 0;
        count = next;
      };
    },
  };
  return samples;
}
