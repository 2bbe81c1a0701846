/**
 * A number among the options of a bandit.
 *
 * @throws {RangeError} when it is none or out of range.
 */
export function inRange(name: string, value: unknown, low: number, high = Infinity): number {
  if (typeof value !== "number" || !(value >= low && value <= high) || value === Infinity) {
    const range = high === Infinity ? `a finite number from ${low}` : `from ${low} to ${high}`;
    throw new RangeError(`option ${name} is ${value}; expected ${range}`);
  }
  return value;
}

/** As {@linkcode inRange}, for whole numbers. */
export function whole(name: string, value: unknown, low: number, high = 1e9): number {
  inRange(name, value, low, high);
  if (!Number.isInteger(value)) throw new RangeError(`option ${name} is ${value}, no whole number`);
  return value as number;
}

/** The smallest number an option that must be above 0 may have. */
export const ABOVE_0 = 1e-100;

/**
 * A yes or no among the options of a bandit.
 *
 * @throws {RangeError} when it is neither.
 */
export function flag(name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new RangeError(`option ${name} is ${value}; expected true or false`);
}
