import { joinWords } from "../../core/safety/words.ts";
import { type HookSources, readHooks } from "./read_hooks.ts";

/** The configured hooks for the permission report: what runs when, and what is not used. */
export async function describeHooks(sources: HookSources): Promise<string[]> {
  if (sources.place.hooks === undefined) return [];
  const { hooks, unused } = await readHooks(sources);
  const lines = hooks.map(({ on, tools, command, timeoutMs, from }) => {
    const whose = from === "user" ? "your own" : "of the workspace, trusted";
    const limit = `${timeoutMs / 1000} s`;
    return `  ${on} ${tools.join(", ")}: ${joinWords(command)} (${whose}, ${limit})`;
  });
  return [
    ...lines.length > 0 ? ["Hooks, which the launcher starts for calls of the agent:"] : [],
    ...lines,
    ...unused === undefined ? [] : [unused],
  ];
}
