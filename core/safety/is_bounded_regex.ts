/** Optional parts at most: each may double what there is to try. */
const MOST_OPTIONAL = 10;

/** Quantifiers, where something may be repeated or left out. */
const QUANTIFIER = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/;

/**
 * Whether an expression cannot run away on a short text: no repeated group holds a repetition, an
 * optional part or an alternative of its own, optional parts are few, and nothing refers back.
 * Stricter than need be: `(a|b)+` is told off where `[ab]+` would do.
 *
 * @param source the expression without its slashes, valid.
 */
export function isBoundedRegex(source: string): boolean {
  const groups: { loose: boolean }[] = [{ loose: false }];
  let inClass = false;
  let optional = 0;
  for (let i = 0; i < source.length; i++) {
    const char = source[i]!;
    if (char === "\\") {
      if (!inClass && /[1-9k]/.test(source[i + 1] ?? "")) return false;
      i++;
    } else if (inClass) {
      if (char === "]") inClass = false;
    } else if (char === "[") inClass = true;
    else if (char === "(") {
      groups.push({ loose: false });
      if (source[i + 1] === "?") i++; // what kind of group
    } else if (char === ")") {
      const { loose } = groups.pop() ?? { loose: false };
      const [quantifier = "?"] = QUANTIFIER.exec(source.slice(i + 1)) ?? [];
      // Once or not at all is no repetition.
      if (loose && quantifier[0] !== "?") return false;
      if (loose) groups.at(-1)!.loose = true;
    } else if (char === "|") groups.at(-1)!.loose = true;
    else {
      const [quantifier] = QUANTIFIER.exec(source.slice(i)) ?? [];
      if (quantifier === undefined) continue;
      groups.at(-1)!.loose = true;
      if (quantifier[0] === "?" && ++optional > MOST_OPTIONAL) return false;
      i += quantifier.length - 1;
    }
  }
  return true;
}
