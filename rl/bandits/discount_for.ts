/**
 * The discount that suits a number of changes: γ = 1 - √(Υ/T)/(4B), not below 0.
 *
 * Source: Garivier and Moulines, ALT 2011, section 3.
 *
 * @param horizon T: updates to come, above 0.
 * @param changes Υ: how often the arms are expected to change in that time, from 0.
 * @param bound B: bound of the rewards. Default 1.
 * @throws {RangeError} for other numbers.
 */
export function discountFor(horizon: number, changes: number, bound = 1): number {
  if (!(horizon > 0 && changes >= 0 && bound > 0 && Number.isFinite(changes * bound))) {
    throw new RangeError(`not a horizon, changes and a bound: ${horizon}, ${changes}, ${bound}`);
  }
  return Math.max(0, 1 - Math.sqrt(changes / horizon) / (4 * bound));
}
