import type { PlainRequest } from "../../core/agent/request.ts";
import { lazy } from "../../core/lazy.ts";
import type { SchemaOutput, Zod } from "../../core/schema.ts";
import { defineTool, type Proposal, type Tool, type ToolContext } from "../../core/tool.ts";
import { findNamed } from "../_find_named.ts";
import { namedIn } from "../_named_in.ts";
import { quietOffer } from "../_quiet_offer.ts";
import { whoAnswered } from "../_who_answered.ts";
import type { CodeSummary } from "./code_context.ts";
import { type OverviewLine, overviewOf } from "./_overview.ts";
import { fileFacts } from "./file_facts.ts";
import { sampleCode } from "./sample_code.ts";
import { fileSnapshot, folderSnapshot } from "./snapshot.ts";
import { topModule } from "./_top_module.ts";

const input = (z: Zod) =>
  z.object({
    path: z.string().default(".").describe("file or folder to look at").meta({ short: "p" }),
    useLm: z.boolean().default(false).describe("let a model add its summary"),
  });

/** Input of the tool `codectx`. */
export type CodectxInput = SchemaOutput<typeof input>;

/** Result of the tool `codectx`. */
export interface CodectxData {
  /** What was looked at, relative to the root. */
  readonly path: string;
  /** Topic and text of each line of the summary. */
  readonly summary: readonly OverviewLine[];
  /** Outlines and texts, uncut. */
  readonly snapshot: string;
  /** What a model says of it, if one was asked and answered. */
  readonly explained?: Omit<CodeSummary, "dropped">;
}

const loadSkill = lazy<typeof import("./code_context.ts")>("./code_context.ts", import.meta.url);

const MAX_SHOWN = 8_000;

const ASKS =
  /\b(explain|describe|overview|how does|what is it doing|what does .* do|what(?:'s| is) (?:this|it|.* about)|walk ?through|architecture|structure|summar\w+|outline|what (?:programming )?languages?|how many files)\b/i;
/** What a file or folder is made of. */
const PARTS =
  /\b(?:classes|functions|methods|symbols|definitions|exports|types)\b|\bhow (?:many lines|long)\b/i;
/** Subjects that mean all of the code. */
const WHOLE =
  /^(?:(?:high.level |code )?(?:architecture|structure|overview|walk ?through|code ?base|code|app|application|program|system|about|outline|files|language|programming language)s?)?$/i;
/** Words before "folder" or "package" that name none. */
const NO_FOLDER =
  /^(?:the|this|that|a|an|which|what|each|every|any|of|in|current|whole|npm|python)$/i;

/** The tool `codectx`. */
const codectx: Tool<CodectxInput, CodectxData> = defineTool({
  name: "codectx",
  summary: "Tells what a file or folder holds: languages, entry points, definitions, how to run it",
  input,
  positional: ["path"],
  examples: [
    { line: "codectx", says: "the whole workspace" },
    { line: "codectx --path src/server", says: "one folder" },
    { line: "codectx --use-lm", says: "with what a model says of it" },
  ],
  effect: "read",
  parses: true,
  asksModel: true,
  needs: ({ path }) => ({ read: [path] }),
  propose(request, results) {
    const { plain, paths, identifiers, subject, wantsChange } = request;
    if (results.length > 0 || wantsChange) return quiet(request);
    const folder = /\b([\w./-]+) (?:folder|directory|package|module)\b/i.exec(plain)?.[1];
    const path = paths.find((path) => !identifiers.includes(path)) ??
      (NO_FOLDER.test(folder ?? "the") ? undefined : folder);
    const fits = (path: string, weight: number) => ({
      input: { path },
      weight,
      reason: `the request asks for an explanation of ${path === "." ? "the code" : path}`,
    });
    if (path !== undefined) {
      if (!ASKS.test(plain) && !PARTS.test(plain)) return quiet(request);
      // A folder that is only called by a word may not be there.
      return { ...fits(path, 0.93), completes: paths.includes(path) };
    }
    const listed = subject === "" && /^\s*(?:list|show|what|which)\b/i.test(plain);
    if (listed && PARTS.test(plain)) return fits(".", 0.85);
    if (!ASKS.test(plain)) return quiet(request);
    return WHOLE.test(subject) ? { ...fits(".", 0.95), completes: true } : fits(".", 0.5);
  },
  async run({ path: named, useLm }, ctx) {
    const path = await findNamed(ctx.files, named);
    const { kind } = await ctx.files.info(path);
    const at = (await ctx.files.resolve(path, "read")).path;
    const { summary, snapshot } = kind === "file" ? await ofFile(at) : await ofFolder(at);
    const width = Math.max(...summary.map(([topic]) => topic.length));
    const head = summary.map(([topic, text]) => `${topic.padEnd(width)}  ${text}`);
    const facts = { path: at, summary, snapshot };
    if (useLm && ctx.lm === undefined) {
      head.push("(no model is configured: this is the local summary)");
    }
    if (!useLm || ctx.lm === undefined) {
      return { ok: true, data: facts, text: cut([...head, "", snapshot]) };
    }
    const { explained, lines } = await explain(at, head, snapshot, ctx);
    const data = { ...facts, ...explained && { explained } };
    return { ok: true, data, text: cut([...lines, ...head, "", snapshot]) };

    async function ofFile(path: string): Promise<Omit<CodectxData, "path">> {
      const text = await ctx.files.readText(path);
      const facts = await fileFacts(path, text);
      const imports = [...new Set(facts.imports.map((name) => topModule(path, name)))].sort();
      const summary: OverviewLine[] = [["file", `${path}, ${facts.lines} lines`]];
      if (imports.length > 0) summary.push(["imports", imports.join(", ")]);
      return { summary, snapshot: fileSnapshot({ path, text, facts }) };
    }

    async function ofFolder(path: string): Promise<Omit<CodectxData, "path">> {
      const sample = await sampleCode(ctx.files, path, {
        signal: ctx.signal,
        onFile: (file) => ctx.progress({ text: `reading ${file}` }),
      });
      const summary = await overviewOf(ctx, path, sample);
      return { summary, snapshot: folderSnapshot(path, sample) };
    }
  },
});

export default codectx;

function quiet(request: PlainRequest): Proposal<Partial<CodectxInput>> {
  const { paths, folder } = namedIn(request);
  return quietOffer({ path: paths[0] ?? folder ?? "." });
}

async function explain(
  path: string,
  facts: readonly string[],
  code: string,
  ctx: ToolContext,
): Promise<{ explained?: NonNullable<CodectxData["explained"]>; lines: string[] }> {
  const { codeContext } = await loadSkill();
  const result = await codeContext.run({ path, facts, code }, ctx);
  const who = whoAnswered(result);
  if (result.by === "rules") return { lines: [...who, ""] };
  const { summary, points } = result.output;
  const lines = [summary, ...points.map((point) => `- ${point}`), ...who, ""];
  return { explained: { summary, points }, lines };
}

function cut(lines: readonly string[]): string {
  const text = lines.join("\n");
  if (text.length <= MAX_SHOWN) return text;
  const note = "\n... (cut: ask for one file or folder with --path)";
  return text.slice(0, MAX_SHOWN - note.length) + note;
}
