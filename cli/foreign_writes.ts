import { checkInput } from "../core/check_input.ts";
import type { Registry } from "../core/registry.ts";
import { STATE_PATHS } from "../core/safety/jail.ts";
import type { Tool } from "../core/tool.ts";
import { isBelow, resolvePath } from "../core/workspace/resolve_path.ts";
import type { Workspace } from "../core/workspace/workspace.ts";

/**
 * What a call would write besides our own state: a session may have been started without the right
 * to. Both sides look for themselves.
 *
 * @param call the tool's name and its input, unchecked.
 */
export async function foreignWrites(
  registry: Registry,
  call: { readonly tool: string; readonly input: unknown },
  workspace: Workspace,
): Promise<string[]> {
  const entry = registry.find(call.tool);
  const tool = await entry?.load();
  if (!entry || !tool) return [];
  const parsed = await checkInput(entry, tool, call.input);
  if (!parsed.success) return [];
  const { root } = workspace;
  const own = STATE_PATHS.map((path) => `${root}/${path}`);
  return writesOf(tool, parsed.data, workspace)
    .filter((path) => !own.some((state) => isBelow(state, resolvePath(root, path))));
}

/** What a tool cannot tell of its input, the call itself will refuse. */
function writesOf(tool: Tool, input: unknown, at: Workspace): readonly string[] {
  try {
    return tool.needs(input, at).write ?? [];
  } catch {
    return [];
  }
}
