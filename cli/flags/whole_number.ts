/**
 * Makes the parser of a flag that takes a whole number.
 *
 * @param range smallest and largest.
 */
export function wholeNumber([min, max]: readonly [number, number]): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new TypeError(`a whole number from ${min} to ${max} is expected`);
  };
}
