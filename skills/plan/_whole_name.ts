/**
 * Finds a name as a whole: `echo` is not in `secho`.
 *
 * @param name a plain one, or a flag with its dashes.
 * @param isMember whether only what is behind a dot counts: `.load`, `::load`, `->load`.
 */
export function wholeName(name: string, isMember = false): RegExp {
  const isFlag = name.startsWith("-");
  const before = isFlag ? "(?<![\\w-])" : isMember ? "(?<=\\.|::|->|#)" : "(?<![\\w$])";
  return new RegExp(`${before}${escape(name)}(?![\\w$${isFlag ? "-" : ""}])`);
}

/** The same for a person to type: without looking around. */
export function shownPattern(name: string, isMember = false): string {
  const before = isMember ? "\\." : /^\w/.test(name) ? "\\b" : "";
  return `${before}${escape(name)}${/\w$/.test(name) ? "\\b" : ""}`;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
