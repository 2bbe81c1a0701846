import type { ToolCall, ToolCallLocation } from "@agentclientprotocol/sdk";
import type { CatalogEntry, Registry } from "../../core/registry.ts";
import { showControls } from "../../core/safety/terminal.ts";
import { resolvePath } from "../../core/workspace/resolve_path.ts";

/** How a call is told to an editor before it has run. */
export type CallFacts = Required<Pick<ToolCall, "title" | "kind" | "locations">>;

const MAX_TITLE = 120;
/** Fields that name files. */
const FILES = ["path", "file", "files", "paths"];

/**
 * Describes a call for an editor: a line to show, what kind of act it is, the files it is about.
 *
 * @param input as the session told it, secrets taken out.
 * @param root of the workspace: editors want absolute paths.
 */
export function callFacts(
  tool: string,
  input: unknown,
  { registry, root }: { readonly registry: Registry; readonly root: string },
): CallFacts {
  const entry = registry.find(tool);
  const fields = typeof input === "object" && input !== null
    ? input as Record<string, unknown>
    : {};
  return {
    title: titleOf(entry?.name ?? tool, wordsOf(fields, entry)),
    kind: kindOf(tool, entry),
    locations: locationsOf(fields, root),
  };
}

/** One line that shows exactly what is there. */
export function titleOf(tool: string, words: readonly string[]): string {
  const line = showControls([tool, ...words].join(" "));
  return line.length > MAX_TITLE ? `${line.slice(0, MAX_TITLE)}\u2026` : line;
}

/** Files that an editor can go to. */
export function locationsAt(paths: readonly string[], root: string): ToolCallLocation[] {
  return paths.map((path) => ({ path: resolvePath(root, path) }));
}

/**
 * What kind of act a tool is. Tools of the agent itself, such as its list of steps, are thoughts; what
 * a tool of another program does is not known.
 *
 * @param entry of the tool; undefined for one that is not ours.
 */
export function kindOf(
  tool: string,
  entry: CatalogEntry | undefined,
): NonNullable<ToolCall["kind"]> {
  if (entry === undefined) return tool.startsWith("mcp__") ? "other" : "think";
  if (entry.effect === "execute") return "execute";
  if (entry.effect === "write") return entry.group === "edit" ? "edit" : "other";
  return entry.group === "search" ? "search" : "read";
}

/** What stands without a flag on a command line; without such, the file it is about. */
function wordsOf(fields: Record<string, unknown>, entry: CatalogEntry | undefined): string[] {
  const named = (entry?.positional ?? []).flatMap((key) => textsIn(fields[key]));
  return named.length > 0 ? named : FILES.flatMap((key) => textsIn(fields[key]));
}

function locationsOf(fields: Record<string, unknown>, root: string): ToolCallLocation[] {
  return locationsAt(FILES.flatMap((key) => textsIn(fields[key])), root);
}

function textsIn(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((item): item is string => typeof item === "string" && item !== "");
}
