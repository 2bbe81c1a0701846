/** Which tools have hooks, by names with `*` for any part: all that a session knows of hooks. */
export interface HookPatterns {
  /** Those with a hook before their calls. */
  readonly before: readonly string[];
  /** Those with one after. */
  readonly after: readonly string[];
}

/** When a hook runs, in respect to the call. */
export type HookEvent = keyof HookPatterns;

/** Whether one of the patterns fits a tool's name; `-` and `_` are the same. */
export function matchesTool(patterns: readonly string[], tool: string): boolean {
  const name = tool.replaceAll("-", "_");
  return patterns.some((pattern) => fits(pattern.replaceAll("-", "_"), name));
}

/** Each part is taken where it comes first, so that the time does not grow with the stars. */
function fits(pattern: string, name: string): boolean {
  const [head = "", ...rest] = pattern.split("*");
  const tail = rest.pop();
  if (tail === undefined) return name === head;
  if (!name.startsWith(head) || !name.endsWith(tail)) return false;
  let at = head.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - tail.length;
}
