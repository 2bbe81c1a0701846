import { UserError } from "../errors.ts";
import type { Emit } from "../events.ts";
import { deniedChange } from "../safety/denied_change.ts";
import type { Preferences } from "../safety/preferences.ts";
import type { ToolContext } from "../tool.ts";

/** The call whose changes {@linkcode narrowedContext} looks at. */
export interface NarrowedCall {
  readonly call: string;
  readonly tool: string;
  /** Whether the agent or a model made the change; else the person did, who is only warned. */
  isAgents(): boolean;
  readonly emit: Emit;
}

/** What a tool runs with, but that its files write nothing for the agent that the preferences forbid. */
export function narrowedContext(
  context: ToolContext,
  preferences: Preferences,
  { call, tool, isAgents, emit }: NarrowedCall,
): ToolContext {
  const { files } = context;
  return { ...context, files: { ...files, commit } };

  function commit(...[label, changes]: Parameters<typeof files.commit>): Promise<string> {
    const ruling = deniedChange(changes, preferences);
    if (ruling === undefined) return files.commit(label, changes);
    const { verdict, rule, reason } = ruling;
    if (!isAgents()) {
      emit("notice", { level: "warning", text: `${tool}: ${reason}` });
      return files.commit(label, changes);
    }
    const what = [tool, ...changes.map(({ from }) => from.path)].join(" ");
    emit("permission", { call, tool, kind: "write", what, verdict, rule, reason });
    const line = `${tool} refused: ${reason} [${rule}]; nothing was written`;
    return Promise.reject(new UserError("refused", line, { rule }));
  }
}
