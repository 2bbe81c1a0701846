/** Which tools have hooks, by names with `*` for any part: all that a session knows of hooks. */
export interface HookPatterns {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** When a hook runs, in respect to the call. */
export type HookEvent = keyof HookPatterns;

/** Whether one of the patterns fits a tool's name; `-` and `_` are the same. */
export function matchesTool(patterns: readonly string[], tool: string): boolean {
  const name = tool.replaceAll("-", "_");
  return patterns.some((pattern) => {
    const parts = pattern.replaceAll("-", "_").split(/\*+/);
    return new RegExp(`^${parts.map(RegExp.escape).join(".*")}$`, "s").test(name);
  });
}
