import type { ToolResult } from "../../core/tool.ts";
import type { ScanLine } from "./_grep_text.ts";
import type { SearchResult } from "./_grep_search.ts";

/** One line that matches. */
export interface GrepMatch {
  /** Relative to the workspace's root. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** Without its line end; a line over 500 characters is cut around the match. */
  readonly text: string;
}

/** Result of the tool `grep`. */
export interface GrepData {
  readonly matches: readonly GrepMatch[];
  /** Files with matches. */
  readonly files: number;
  /** Files that were searched. */
  readonly searched: number;
  /** Files that were not, and why; folders that cannot be read count as unreadable. */
  readonly skipped: {
    readonly binary: number;
    readonly large: number;
    readonly unreadable: number;
  };
  /** Whether there are more matches than the limit. */
  readonly truncated: boolean;
}

/** What {@linkcode summarize} needs to know of the call. */
export interface ReportOptions {
  readonly context: number;
  readonly limit: number;
  readonly unreadableFolders: number;
}

/** Cuts what was found to the limit and writes it as `path:line: text`. */
export function summarize(
  { found, searched, skipped }: SearchResult,
  { context, limit, unreadableFolders }: ReportOptions,
): ToolResult<GrepData> {
  const matches: GrepMatch[] = [];
  const shown: string[] = [];
  let files = 0;
  let truncated = false;
  for (const { path, lines } of found) {
    const kept = firstHits(lines, limit - matches.length, context);
    truncated ||= kept.length < lines.length;
    if (kept.length === 0) break;
    files++;
    for (const { line, text, hit } of kept) if (hit) matches.push({ path, line, text });
    if (context > 0 && shown.length > 0) shown.push("--");
    shown.push(...write(path, kept));
  }
  const { binary, large, unreadable } = skipped;
  const data: GrepData = {
    matches,
    files,
    searched,
    skipped: { binary, large, unreadable: unreadable + unreadableFolders },
    truncated,
  };
  if (matches.length === 0) return { ok: false, data, text: noMatches(data) };
  if (truncated) {
    shown.push(`(cut after ${limit} matches: narrow the search, or raise --limit)`);
  }
  return { ok: true, data, text: shown.join("\n") };
}

/** The lines up to the last hit that is within the limit, with the context behind it. */
function firstHits(
  lines: readonly ScanLine[],
  limit: number,
  context: number,
): readonly ScanLine[] {
  const hits = lines.filter((line) => line.hit);
  if (hits.length <= limit) return lines;
  const last = hits[limit - 1]?.line ?? -Infinity;
  const next = hits[limit]!.line;
  return lines.filter(({ line }) => line <= last + context && line < next);
}

function write(path: string, lines: readonly ScanLine[]): string[] {
  return lines.flatMap(({ line, text, hit }, index) => {
    const gap = index > 0 && lines[index - 1]!.line < line - 1 && lines.some(({ hit }) => !hit);
    const written = hit ? `${path}:${line}: ${text}` : `${path}-${line}- ${text}`;
    return gap ? ["--", written] : [written];
  });
}

/** Says of a single file that was not searched why, since nothing else would. */
function noMatches({ searched, skipped }: GrepData): string {
  if (searched > 0) return "no matches";
  if (skipped.binary === 1) return "no matches: the file is binary";
  return skipped.unreadable === 1 ? "no matches: the file cannot be read" : "no matches";
}
