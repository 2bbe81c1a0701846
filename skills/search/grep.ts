import type { CallResult } from "../../core/agent/mind.ts";
import type { PlainRequest } from "../../core/agent/request.ts";
import { UserError } from "../../core/errors.ts";
import type { Zod } from "../../core/schema.ts";
import { defineTool, type Tool, type ToolContext } from "../../core/tool.ts";
import type { Files } from "../../core/workspace/files.ts";
import type { WalkEntry } from "../../core/workspace/walk.ts";
import { isDenied, leftOut } from "../_is_denied.ts";
import { quietOffer } from "../_quiet_offer.ts";
import { compilePattern } from "./_grep_pattern.ts";
import { type GrepData, summarize } from "./_grep_report.ts";
import { searchFiles, type SearchResult } from "./_grep_search.ts";

export type { GrepData, GrepMatch } from "./_grep_report.ts";

const input = (z: Zod) =>
  z.object({
    pattern: z.string().min(1).describe("regex, or text with --fixed"),
    file: z.string().optional().describe("only this file or folder").meta({ short: "F" }),
    fixed: z.boolean().default(false).describe("the pattern is plain text").meta({ short: "f" }),
    regex: z.boolean().default(false).describe("the pattern is a regex, as it is by default"),
    ignoreCase: z.boolean().default(false).describe("a and A are the same").meta({ short: "i" }),
    glob: z.array(z.string()).default([]).describe("only files like this: *.ts, src/**")
      .meta({ short: "g" }),
    exclude: z.array(z.string()).default([]).describe("no files like this").meta({ short: "x" }),
    context: z.int().min(0).max(100).default(0).describe("lines around each match")
      .meta({ short: "c" }),
    limit: z.int().min(1).max(100_000).default(500).describe("matches at most"),
    hidden: z.boolean().default(false).describe("hidden files, too"),
    ignore: z.boolean().default(true).describe("leave out what .gitignore and .ignore name"),
  });

/** Input of the tool `grep`. */
export interface GrepInput {
  /** A regex, or text with `fixed`. */
  readonly pattern: string;
  /** Only this file or folder. */
  readonly file?: string | undefined;
  readonly fixed: boolean;
  /** Says what is the default; excludes `fixed`. */
  readonly regex: boolean;
  readonly ignoreCase: boolean;
  /** Globs of files to search and to leave out (gitignore syntax); neither un-ignores a file. */
  readonly glob: string[];
  readonly exclude: string[];
  /** Lines to show around each match. */
  readonly context: number;
  /** Matches at most. */
  readonly limit: number;
  readonly hidden: boolean;
  /** Whether ignore files and the standing excludes apply. */
  readonly ignore: boolean;
}

const LEFT_TO_DO = /\b(?:list|find|show|any|all|what|which|grep)\b.*\b(?:todos?|fixmes?)\b/i;

const grep: Tool<GrepInput, GrepData> = defineTool({
  name: "grep",
  summary: "Finds lines that match a regex or a text",
  input,
  positional: ["pattern", "file"],
  examples: [
    { line: 'grep "fn main" -g "*.rs"', says: "in Rust files" },
    { line: "grep -f 'a[0]' src -c 2", says: "plain text, below src, with two lines around" },
    { line: "grep -i 'todo|fixme' -x '*.md'", says: "either word, but not in Markdown" },
  ],
  effect: "read",
  needs: ({ file }) => ({ read: [file ?? "."] }),
  propose: (request, results) => {
    if (LEFT_TO_DO.test(request.plain) && !request.wantsChange) {
      const reason = "it asks for what is left to do";
      return { input: { pattern: "TODO|FIXME" }, weight: 0.9, reason, completes: true };
    }
    const [pattern] = words(request).filter((word) => !wasTried(word, results));
    if (pattern === undefined) {
      const { subject } = request;
      return subject === "" || wasTried(subject, results)
        ? undefined
        : quietOffer({ pattern: subject, fixed: true, ignoreCase: true });
    }
    const quoted = request.quoted.includes(pattern);
    const named = quoted || request.identifiers.includes(pattern);
    const asks = quoted && /^\s*(?:grep|find|search|look|where|which|who)\b/i.test(request.plain);
    return {
      input: { pattern, fixed: true, ...named ? {} : { ignoreCase: true } },
      weight: asks ? 0.9 : named ? 0.6 : 0.4,
      reason: `the request names ${JSON.stringify(pattern)}`,
    };
  },
  async run(call, ctx) {
    if (call.fixed && call.regex) {
      throw new UserError("usage", "--fixed and --regex exclude each other", {
        hint: "give one of them",
      });
    }
    const { linear, ...expression } = compilePattern(call.pattern, call);
    const { context, limit } = call;
    let unreadableFolders = 0;
    const { files, maxFileBytes } = await choose(call, ctx, () => unreadableFolders++);
    const result = await searchFiles(files, { ...expression, context, limit, maxFileBytes }, {
      root: ctx.files.root,
      linear,
      signal: ctx.signal,
      onProgress: (done) => ctx.progress({ text: `searched ${done} files`, done }),
    });
    const { found, denied } = await dropDenied(ctx.files, result.found);
    const report = summarize({ ...result, found }, { context, limit, unreadableFolders });
    return { ...report, text: [report.text, ...leftOut(denied)].join("\n") };
  },
});

export default grep;

/** The files of a call: one that is named is searched whatever its size and the ignore files say. */
async function choose(
  { file, glob, exclude, hidden, ignore }: GrepInput,
  { files, config, signal }: ToolContext,
  onSkip: () => void,
): Promise<{ files: AsyncIterable<readonly WalkEntry[]>; maxFileBytes: number }> {
  const path = file === undefined ? "." : (await files.resolve(file, "read")).path;
  if (path !== "." && (await files.info(path)).kind === "file") {
    return { files: only(path), maxFileBytes: Infinity };
  }
  const options = { path, include: glob, exclude, hidden, ignore, onSkip, signal };
  return { files: files.walk(options), maxFileBytes: config.maxFileBytes };
}

/** A hard link gives a denied file another name: only files with hits and several names are asked. */
async function dropDenied(
  files: Files,
  all: SearchResult["found"],
): Promise<{ found: SearchResult["found"]; denied: number }> {
  const found: SearchResult["found"][number][] = [];
  for (const file of all) {
    const linked = hasOtherNames(`${files.root}/${file.path}`);
    if (!linked || !await isDenied(files, file.path)) found.push(file);
  }
  return { found, denied: all.length - found.length };
}

/** A file that is gone may have had some. */
function hasOtherNames(path: string): boolean {
  try {
    return Deno.lstatSync(path).nlink !== 1;
  } catch {
    return true;
  }
}

async function* only(path: string): AsyncGenerator<readonly WalkEntry[]> {
  await Promise.resolve();
  yield [{ path }];
}

/** What a request may want to be looked for, the most telling first. */
function words({ quoted, identifiers, targets }: PlainRequest): string[] {
  return [...quoted, ...identifiers, ...targets.toSorted((a, b) => b.length - a.length)];
}

function wasTried(pattern: string, results: readonly CallResult[]): boolean {
  return results.some(({ call }) =>
    call.tool === "grep" && (call.input as Partial<GrepInput>).pattern === pattern
  );
}
