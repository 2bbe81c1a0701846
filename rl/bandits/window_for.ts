/**
 * The window that suits a number of changes: τ = 2B·√(T·ln T/Υ), a whole number from 1 to T.
 *
 * Source: Garivier and Moulines, ALT 2011, section 3.
 *
 * @param horizon T: updates to come, from 1.
 * @param changes Υ: how often the arms are expected to change in that time, above 0.
 * @param bound B: bound of the rewards. Default 1.
 * @throws {RangeError} for other numbers.
 */
export function windowFor(horizon: number, changes: number, bound = 1): number {
  if (!(horizon >= 1 && horizon < Infinity && changes > 0 && bound > 0)) {
    throw new RangeError(`not a horizon, changes and a bound: ${horizon}, ${changes}, ${bound}`);
  }
  const window = 2 * bound * Math.sqrt(horizon * Math.log(horizon) / changes);
  return Math.ceil(Math.min(horizon, Math.max(1, window)));
}
