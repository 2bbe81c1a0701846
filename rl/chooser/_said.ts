/** Features other than words, as people would say them. */
const FACTS: readonly (readonly [RegExp, (found: string) => string])[] = [
  [/^words:(\d+)$/, (n) => `${n} words`],
  [/^asks$/, () => "a question"],
  [/^change$/, () => "wants a change"],
  [/^offers$/, () => "its own rule"],
  [/^before\.(.+)$/, (tool) => `${tool} before`],
];

/**
 * A feature in words: `w:green` is one, `b:who call` two side by side, as they were written.
 *
 * @param words what was written for what features call otherwise: `everyth` for `everything`.
 */
export function said(name: string, words: Readonly<Record<string, string>> = {}): string {
  const text = wordsSaid(name, words);
  if (text !== undefined) return `"${text.replace(/^\^ /, "(start) ").replace(/ \$$/, " (end)")}"`;
  for (const [form, tell] of FACTS) {
    const found = form.exec(name);
    if (found !== null) return tell(found[1] ?? "");
  }
  return name;
}

/** The words of a feature that is some, without quotes; `^` and `$` are start and end. */
export function wordsSaid(
  name: string,
  words: Readonly<Record<string, string>> = {},
): string | undefined {
  const stems = /^[wb]:(.+)$/.exec(name)?.[1]?.split(" ");
  // Any word that is not told apart from others.
  return stems?.map((stem) =>
    stem === "<x>" ? "…" : Object.hasOwn(words, stem) ? words[stem] : stem
  )
    .join(" ");
}
