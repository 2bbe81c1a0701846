import { UserError } from "../../core/errors.ts";
import type { Files } from "../../core/workspace/files.ts";

/** A line, or the first and the last of some. */
export const RANGE = /^(\d{1,9})(?:-(\d{1,9}))?$/;

/** How a call names a file and some of its lines. */
export interface LinesWish {
  readonly file: string;
  readonly lines?: string | undefined;
  readonly start?: number | undefined;
  readonly end?: number | undefined;
}

/** What it comes to. */
export interface WantedLines {
  readonly file: string;
  /** Counts from 1. */
  readonly start: number;
  /** Undefined for all the rest. */
  readonly end: number | undefined;
}

/** `a.ts:3-5` taken apart; undefined for a path that names no lines. */
export function placeOf(path: string): { file: string; lines: string } | undefined {
  const [, file, lines] = /^(.+?):(\d{1,9}(?:-\d{1,9})?)$/.exec(path) ?? [];
  return file === undefined || lines === undefined ? undefined : { file, lines };
}

/**
 * The file and the lines of a call, however they were given; a file of that very name comes first.
 *
 * @throws {UserError} `usage` for lines that are given twice.
 */
export async function wantedLines(wish: LinesWish, files: Files): Promise<WantedLines> {
  const { file, lines, start, end } = wish;
  const place = placeOf(file);
  const exists = place === undefined || await files.info(file).then(() => true, () => false);
  const behind = exists ? undefined : place.lines;
  const ranges = [behind, lines].filter((range) => range !== undefined);
  if (ranges.length + (start === undefined && end === undefined ? 0 : 1) > 1) {
    throw new UserError("usage", `the lines of ${JSON.stringify(file)} are given twice`, {
      hint: "give them once: a.ts:3-5, or a.ts 3-5, or --start and --end",
    });
  }
  const path = exists ? file : place.file;
  const [range] = ranges;
  if (range === undefined) return { file: path, start: start ?? 1, end };
  const [, first, last = first] = RANGE.exec(range)!;
  return { file: path, start: Math.max(1, Number(first)), end: Number(last) };
}
