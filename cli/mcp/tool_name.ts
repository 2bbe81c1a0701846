import { sha256 } from "../../core/workspace/sha256.ts";

/** Longest name that models' interfaces take. */
const MAX_NAME = 64;

/**
 * What a server's tool is called here: `mcp__<server>__<tool>`, of letters, digits, `_` and `-`.
 * No tool of ours begins like that, so a server cannot take the place of one. A name that would be
 * too long is cut and ends in a part of its own hash.
 */
export async function toolName(server: string, tool: string): Promise<string> {
  const name = `mcp__${plain(server)}__${plain(tool)}`;
  if (name.length <= MAX_NAME) return name;
  const id = (await sha256(new TextEncoder().encode(`${server}\n${tool}`))).slice(0, 8);
  return `${name.slice(0, MAX_NAME - 9)}_${id}`;
}

function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, "_");
}
