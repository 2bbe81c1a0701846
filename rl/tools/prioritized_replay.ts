import { createRng, type Rng } from "../rng.ts";

/** A batch drawn by priority. */
export interface ReplayBatch<T> {
  /** What was drawn; one thing may stand more than once. */
  readonly items: readonly T[];
  /** Where each stands, for {@linkcode PrioritizedReplay.prioritize}. */
  readonly slots: Int32Array;
  /** Weights that make up for drawing by priority, at most 1. */
  readonly weights: Float64Array;
}

/** Keeps the last transitions and draws those more often that surprised. */
export interface PrioritizedReplay<T> {
  /** How many it holds. */
  readonly size: number;
  /**
   * Adds one; when full, the oldest goes. New ones get the highest priority so far.
   *
   * @param priority from 0; default that.
   * @throws {RangeError} when the priority is negative or not finite; nothing changes.
   */
  add(item: T, priority?: number): void;
  /**
   * Draws a batch, one from each of `n` equal shares of all priority.
   *
   * @param beta how far the weights make up for it, from 0 to 1. Default 1.
   * @throws {RangeError} when nothing is held, `n` is no whole number from 1, or beta out of range.
   */
  sample(n: number, beta?: number): ReplayBatch<T>;
  /**
   * Sets priorities anew, the size of the error as a rule.
   *
   * @throws {RangeError} when a slot is empty or a priority negative or no number; nothing changes.
   */
  prioritize(slots: ArrayLike<number>, priorities: ArrayLike<number>): void;
}

/** What {@linkcode createPrioritizedReplay} takes. */
export interface PrioritizedReplayOptions {
  /** Most it holds. Default 2048. */
  readonly capacity?: number;
  /** How much priority counts: 0 not at all, 1 in full. Default 0.6. */
  readonly alpha?: number;
  /** Added to each priority, so that nothing is never drawn. Default 1e-6. */
  readonly epsilon?: number;
  /** Seed, or a stream to draw from. Default 0. */
  readonly rng?: Rng | number;
}

/** The sum of all must be finite. */
const MOST = 1e100;

/**
 * Proportional prioritised replay: P(i) = p_i^α/Σp^α with p = |priority| + ε, weights
 * w_i = (N·P(i))^-β over their maximum, drawn in strata from a sum tree in O(log n).
 *
 * Source: Schaul, Quan, Antonoglou, Silver, "Prioritized experience replay", ICLR 2016, sections
 * 3.3 and 3.4. Not for bandits that count: there each event updates once.
 *
 * @throws {RangeError} when an option is out of range.
 *
 * @example
 * ```ts
 * import { createPrioritizedReplay } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const replay = createPrioritizedReplay<string>({ capacity: 4, rng: 7 });
 * replay.add("dull", 0.01);
 * replay.add("surprising", 10);
 * const { items } = replay.sample(100);
 * assert.ok(items.filter((item) => item === "surprising").length > 80);
 * ```
 */
export function createPrioritizedReplay<T>(
  { capacity = 2048, alpha = 0.6, epsilon = 1e-6, rng: from = 0 }: PrioritizedReplayOptions = {},
): PrioritizedReplay<T> {
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > 2 ** 24) {
    throw new RangeError(`a capacity of ${capacity}; expected a whole number from 1 to 2^24`);
  }
  if (!(alpha >= 0 && alpha <= 1)) throw new RangeError(`alpha is ${alpha}; expected 0 to 1`);
  if (!(epsilon > 0 && epsilon < Infinity)) {
    throw new RangeError(`epsilon is ${epsilon}; expected a finite number above 0`);
  }
  const rng = typeof from === "number" ? createRng(from) : from;
  const leaves = 2 ** Math.ceil(Math.log2(capacity));
  // Node 1 is the root, the children of i are 2i and 2i + 1, the leaves begin at `leaves`.
  const tree = new Float64Array(2 * leaves);
  const items: T[] = [];
  let next = 0;
  let highest = 1;

  function massOf(priority: number): number {
    const mass = (priority + epsilon) ** alpha;
    if (!(priority >= 0 && mass <= MOST)) {
      throw new RangeError(`a priority of ${priority}; expected a number from 0 to ${MOST}`);
    }
    return mass;
  }

  function set(slot: number, mass: number): void {
    let node = leaves + slot;
    tree[node] = mass;
    // Sums are made anew rather than corrected: no error builds up.
    for (node >>= 1; node >= 1; node >>= 1) tree[node] = tree[2 * node]! + tree[2 * node + 1]!;
  }

  function find(mass: number): number {
    let node = 1;
    let left = mass;
    while (node < leaves) {
      node *= 2;
      // Nothing lies right of an empty half, whatever rounding says.
      if (left >= tree[node]! && tree[node + 1]! > 0) {
        left -= tree[node]!;
        node++;
      }
    }
    return node - leaves;
  }

  return {
    get size() {
      return items.length;
    },
    add(item, priority = highest) {
      const mass = massOf(priority);
      highest = Math.max(highest, priority);
      items[next] = item;
      set(next, mass);
      next = (next + 1) % capacity;
    },
    sample(n, beta = 1) {
      if (items.length === 0) throw new RangeError("nothing to sample; add() first");
      if (!Number.isInteger(n) || n < 1) {
        throw new RangeError(`a batch of ${n}; expected a whole number from 1`);
      }
      if (!(beta >= 0 && beta <= 1)) throw new RangeError(`beta is ${beta}; expected 0 to 1`);
      const total = tree[1]!;
      const slots = new Int32Array(n);
      const weights = new Float64Array(n);
      let most = 0;
      for (let i = 0; i < n; i++) {
        const slot = find((i + rng.float()) / n * total);
        slots[i] = slot;
        weights[i] = (items.length * tree[leaves + slot]! / total) ** -beta;
        most = Math.max(most, weights[i]!);
      }
      for (let i = 0; i < n; i++) weights[i] = weights[i]! / most;
      return { items: Array.from(slots, (slot) => items[slot]!), slots, weights };
    },
    prioritize(slots, priorities) {
      if (slots.length !== priorities.length) {
        throw new RangeError(`${priorities.length} priorities for ${slots.length} slots`);
      }
      const bad = Array.from(slots).find((slot) => !(slot in items));
      if (bad !== undefined) throw new RangeError(`slot ${bad} is empty`);
      const masses = Array.from(priorities, massOf);
      for (let i = 0; i < slots.length; i++) {
        highest = Math.max(highest, priorities[i]!);
        set(slots[i]!, masses[i]!);
      }
    },
  };
}
