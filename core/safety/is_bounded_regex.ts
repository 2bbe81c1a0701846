/**
 * Whether an expression cannot run away on a short text: no repeated group holds a repetition or an
 * alternative of its own, and nothing refers back. Stricter than need be: `(a|b)+` is told off where
 * `[ab]+` would do.
 *
 * @param source the expression without its slashes, valid.
 */
export function isBoundedRegex(source: string): boolean {
  const groups: { loose: boolean }[] = [{ loose: false }];
  let inClass = false;
  for (let i = 0; i < source.length; i++) {
    const char = source[i]!;
    if (char === "\\") {
      if (!inClass && /[1-9k]/.test(source[i + 1] ?? "")) return false;
      i++;
    } else if (inClass) {
      if (char === "]") inClass = false;
    } else if (char === "[") inClass = true;
    else if (char === "(") groups.push({ loose: false });
    else if (char === ")") {
      const { loose } = groups.pop() ?? { loose: false };
      const repeated = /^(?:[*+]|\{\d*,)/.test(source.slice(i + 1, i + 12));
      if (loose && repeated) return false;
      if (loose) groups.at(-1)!.loose = true;
    } else if (char === "|" || char === "*" || char === "+" || char === "{") {
      groups.at(-1)!.loose = true;
    }
  }
  return true;
}
