import { UserError } from "../../core/errors.ts";
import type { Zod } from "../../core/schema.ts";
import { defineTool, type Tool } from "../../core/tool.ts";
import { placeOf, RANGE, wantedLines } from "./_wanted_lines.ts";
import { findNamed } from "../_find_named.ts";
import { namedIn } from "../_named_in.ts";
import { quietOffer } from "../_quiet_offer.ts";
import { rememberRead } from "../edit/remember_seen.ts";

/** More is not shown. Bytes of UTF-8. */
const MAX_SHOWN = 512 * 1024;

const input = (z: Zod) =>
  z.object({
    file: z.string().describe("file to show, or the end of its path"),
    lines: z.string().regex(RANGE, "expected a line or a range of lines: 3, 3-5").optional()
      .describe("a line or a range of lines: 3, 3-5; also as a.ts:3-5"),
    start: z.int().min(1).optional().describe("first line, from 1"),
    end: z.int().min(1).optional().describe("last line"),
  });

/** Input of the tool `cat`. */
export interface CatInput {
  /** A path; may end in `:3` or `:3-5` where no file has that very name. */
  readonly file: string;
  /** A line or a range of lines: `3`, `3-5`. */
  readonly lines?: string | undefined;
  /** First and last line to show, from 1. */
  readonly start?: number | undefined;
  readonly end?: number | undefined;
}

/** Result of the tool `cat`. */
export interface CatData {
  /** Relative to the workspace's root. */
  readonly path: string;
  /** First and last line shown, from 1; 0 for an empty file. */
  readonly start: number;
  readonly end: number;
  /** Lines of the file. */
  readonly lines: number;
  /** Whether what was asked for is longer than 512 KB and was cut. */
  readonly truncated: boolean;
  readonly text: string;
}

const cat: Tool<CatInput, CatData> = defineTool({
  name: "cat",
  summary: "Shows a text file, or some of its lines",
  input,
  positional: ["file", "lines"],
  examples: [
    { line: "cat README.md", says: "all of it, up to 512 KB" },
    { line: "cat src/main.rs:40-80", says: "some lines; also: cat src/main.rs 40-80" },
  ],
  effect: "read",
  needs: ({ file }) => ({ read: [file, placeOf(file)?.file ?? file] }),
  propose(request) {
    const { plain, paths, identifiers, wantsChange } = request;
    const file = paths.find((path) => !path.endsWith("/") && /\.\w+$|^[A-Z]\w+$/.test(path));
    if (file === undefined) {
      const named = namedIn(request).file;
      return named === undefined ? undefined : quietOffer({ file: named, ...rangeIn(plain) });
    }
    const range = rangeIn(plain.replace(`${file}:`, "line "));
    if (range !== undefined && !wantsChange) {
      const reason = `the request names lines of ${file}`;
      return { input: { file, ...range }, weight: 0.95, reason, completes: true };
    }
    const names = identifiers.filter((name) => name !== file).length;
    const asks = !wantsChange && names === 0 &&
      (/\b(?:show|cat|read|print|open|display|see)\b/i.test(plain) || plain.trim() === file);
    return {
      input: { file },
      weight: asks ? 0.85 : 0.45,
      reason: `the request names the file ${file}`,
      completes: asks,
    };
  },
  async run(wish, ctx) {
    const { file, start, end } = await wantedLines(wish, ctx.files);
    if (end !== undefined && end < start) {
      throw new UserError("usage", `lines ${start} to ${end} are the wrong way round`, {
        hint: "the first line comes first: 3-5",
      });
    }
    const { path } = await ctx.files.resolve(await findNamed(ctx.files, file), "read");
    const whole = await ctx.files.readText(path);
    await rememberRead(ctx, path, whole);
    const lines = splitLines(whole);
    if (start > Math.max(1, lines.length)) {
      throw new UserError("failed", `${path} has ${lines.length} lines, none from ${start} on`, {
        hint: `its last line is ${lines.length}`,
      });
    }
    const { kept, truncated } = fit(lines.slice(start - 1, end));
    const last = start - 1 + kept.length;
    const text = kept.join("\n");
    const data = {
      path,
      start: Math.min(start, last),
      end: last,
      lines: lines.length,
      truncated,
      text,
    };
    if (!truncated) return { ok: true, data, text };
    const place = text.length < lines[last - 1]!.length
      ? `inside line ${last} of ${lines.length}`
      : `line ${last} of ${lines.length}: go on with --start ${last + 1}`;
    return { ok: true, data, text: `${text}\n... cut at 512 KB, ${place}` };
  },
});

export default cat;

/** "lines 5 to 8", "line 7", and so "a.ts:7"; "from line 3", "first 10 lines". */
function rangeIn(text: string): { start: number; end?: number } | undefined {
  const [, from, to] =
    /\blines?\s+(\d{1,7})(?:\s*(?:to|-|\u2013|until|till|through|and)\s*(\d{1,7}))?/i
      .exec(text) ?? [];
  const first = /\bfirst (\d{1,7}) lines\b/i.exec(text)?.[1];
  if (first !== undefined) return { start: 1, end: Math.max(1, Number(first)) };
  if (from === undefined) return undefined;
  const start = Math.max(1, Number(from));
  if (to !== undefined) return { start, end: Math.max(start, Number(to)) };
  return /\b(?:from|after|since) line/i.test(text) ? { start } : { start, end: start };
}

function splitLines(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** The lines that fit; of a first line that does not, the part that does. */
function fit(lines: readonly string[]): { kept: readonly string[]; truncated: boolean } {
  const encoder = new TextEncoder();
  const room = new Uint8Array(MAX_SHOWN);
  let used = 0;
  for (const [index, line] of lines.entries()) {
    const { read, written } = encoder.encodeInto(line, room.subarray(used));
    used += written + 1;
    if (read === line.length && used <= MAX_SHOWN + 1) continue;
    const kept = index === 0 ? [line.slice(0, read)] : lines.slice(0, index);
    return { kept, truncated: true };
  }
  return { kept: lines, truncated: false };
}
