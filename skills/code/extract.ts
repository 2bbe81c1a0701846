import type { PlainRequest } from "../../core/agent/request.ts";
import { UserError } from "../../core/errors.ts";
import type { SchemaOutput, Zod } from "../../core/schema.ts";
import { defineTool, type Proposal, type Tool, type ToolContext } from "../../core/tool.ts";
import { findNamed } from "../_find_named.ts";
import { namedIn } from "../_named_in.ts";
import { quietOffer } from "../_quiet_offer.ts";
import { findKnowledge } from "./find_knowledge.ts";
import { learnCode } from "./learn_code.ts";
import { checkSeen } from "../edit/check_seen.ts";
import { rememberRead, rememberSeen } from "../edit/remember_seen.ts";
import {
  checkSelector,
  type NoSelection,
  type Selection,
  selectSegment,
} from "./_select_segment.ts";

const MAX_SHOWN = 512 * 1024;

const input = (z: Zod) =>
  z.object({
    file: z.string().optional().describe("file to cut from; default where the symbol is defined")
      .meta({ short: "f" }),
    symbol: z.string().optional().describe("function, class, method: NAME or Class.method")
      .meta({ short: "s" }),
    regex: z.string().optional().describe("line to cut around"),
    re: z.string().optional().describe("the same as --regex"),
    lines: z.string().optional().describe("line numbers: 10-20"),
    before: z.int().min(0).default(3).describe("lines before a regex hit"),
    after: z.int().min(0).default(3).describe("lines after a regex hit"),
    nth: z.int().min(1).default(1).describe("which regex hit"),
    withDecorators: z.boolean().default(false).describe("decorators and attributes, too"),
    out: z.string().optional().describe("also write the segment to this file"),
  });

/** Input of the tool `extract`. */
export type ExtractInput = SchemaOutput<typeof input>;

/** What `extract` cut out, and what the store keeps under `extract:buffer`. */
export interface ExtractBuffer {
  /** Relative to the workspace's root. */
  readonly path: string;
  /** Lines count from 1, both ends included. */
  readonly start: number;
  /** Last line. */
  readonly end: number;
  /** Those lines, without the last line end. */
  readonly text: string;
}

/** Result of the tool `extract`: null when nothing was found. */
export type ExtractData = (ExtractBuffer & Omit<Selection, keyof ExtractBuffer>) | null;

/** "show function f", "what does Stack.push do", "definition of Context". */
const SHOWS =
  /^\s*(?:show|print|display|see|open|find|explain|describe|give)\b|\bdefinition of\b|\bwhat (?:does|is)\b|\b(?:source|code|body) of\b|\bhow does\b/i;
const KIND =
  /\b(?:class|function|method|definition|struct|interface|enum|trait|symbol|(?:code|source|body) of)\b/i;
/** One word that does something is a name. */
const DOES = /\bwhat does [\p{L}_$][\p{L}\p{N}_$]* do\b/iu;
/** A name, or a phrase that can be one: `progress bar`. */
const NAME = /^[\p{L}_$][\p{L}\p{N}_$.:#]*(?: [\p{L}\p{N}_$]+){0,2}$/u;

/** The tool `extract`. */
const extract: Tool<ExtractInput, ExtractData> = defineTool({
  name: "extract",
  summary: "Cuts a symbol, the lines around a match, or a range of lines out of a file",
  input,
  positional: ["file"],
  examples: [
    { line: "extract --file src/agent.py --symbol Agent.run", says: "one method" },
    { line: "extract -s Agent.run", says: "wherever it is defined" },
    { line: "extract src/main.rs --regex 'fn main' --after 10", says: "the lines around a match" },
    { line: "extract a.ts --lines 10-20 --out part.ts", says: "into a file" },
  ],
  effect: "read",
  parses: true,
  needs: ({ file = ".", out }) => ({ read: [file], ...out !== undefined && { write: [out] } }),
  propose(request) {
    const { plain, paths, identifiers, subject, wantsChange } = request;
    if (wantsChange) return quiet(request);
    const file = paths.find((path) => !identifiers.includes(path));
    const symbol = identifiers[0] ??
      (KIND.test(plain) && NAME.test(subject) || DOES.test(plain) ? subject : undefined);
    if (symbol === undefined || symbol === "") return quiet(request);
    const shows = SHOWS.test(plain) || plain.trim().replace(/[?.!]+$/, "") === symbol;
    if (file === undefined && !shows) return quiet(request);
    return {
      input: file === undefined ? { symbol } : { file, symbol },
      weight: file === undefined ? 0.88 : 0.8,
      reason: `the request names ${symbol}${file === undefined ? "" : ` and the file ${file}`}`,
    };
  },
  async preview(input, ctx) {
    const { selection, path } = await select(input, ctx);
    if ("missing" in selection) return selection.missing;
    return `${input.out} becomes lines ${selection.start}-${selection.end} of ${path}:\n${
      shown(selection.text)
    }`;
  },
  async run(input, ctx) {
    const { selection, path, whole } = await select(input, ctx);
    if ("missing" in selection) return { ok: false, data: null, text: selection.missing };
    await rememberRead(ctx, path, whole);
    const { start, end, text } = selection;
    await ctx.store.put("extract:buffer", { path, start, end, text } satisfies ExtractBuffer);
    const written = input.out === undefined ? [] : [await write(input.out, text, ctx)];
    const head = `${path}:${start}-${end}`;
    return {
      ok: true,
      data: { ...selection, path },
      text: [
        selection.symbol === undefined ? head : `${head} ${selection.symbol}`,
        ...[...selection.notes, ...written].map((note) => `(${note})`),
        shown(text),
      ].join("\n"),
    };
  },
});

export default extract;

function quiet(request: PlainRequest): Proposal<Partial<ExtractInput>> | undefined {
  const { symbol, paths } = namedIn(request);
  if (symbol === undefined) return undefined;
  const file = paths.find((path) => /\.\w+$/.test(path));
  return quietOffer(file === undefined ? { symbol } : { file, symbol });
}

async function select(
  input: ExtractInput,
  ctx: ToolContext,
): Promise<{ selection: Selection | NoSelection; path: string; whole: string }> {
  const selector = { ...input, regex: input.regex ?? input.re };
  checkSelector(selector);
  const { symbol } = input;
  const place = input.file === undefined && symbol !== undefined
    ? await findDefinition(symbol, ctx)
    : undefined;
  if (input.file === undefined && symbol === undefined) {
    throw new UserError("usage", "extract needs a file or a symbol", {
      hint: "extract FILE --lines 10-20, or extract --symbol NAME",
    });
  }
  if (input.file === undefined && place === undefined) {
    const missing = `nothing here defines ${JSON.stringify(symbol)}`;
    return { selection: { missing }, path: "", whole: "" };
  }
  const file = place?.path ?? await findNamed(ctx.files, input.file!);
  const { path } = await ctx.files.resolve(file, "read");
  const wanted = place === undefined ? selector : { ...selector, symbol: place.name };
  const whole = await ctx.files.readText(path);
  return { selection: await selectSegment(path, whole, wanted), path, whole };
}

/** Where a symbol is defined best: in sources before tests, bodies before signatures. */
async function findDefinition(
  symbol: string,
  ctx: ToolContext,
): Promise<{ path: string; name: string } | undefined> {
  const { graph } = await learnCode(ctx);
  return findKnowledge(graph, symbol).definitions[0];
}

async function write(out: string, text: string, ctx: ToolContext): Promise<string> {
  const from = await ctx.files.state(out);
  await checkSeen(ctx, from);
  const to = new TextEncoder().encode(`${text}\n`);
  await ctx.files.commit(`extract to ${from.path}`, [{ from, to }]);
  await rememberSeen(ctx, from.path, to, "written");
  return `written to ${from.path}`;
}

function shown(text: string): string {
  if (text.length <= MAX_SHOWN) return text;
  return `${text.slice(0, MAX_SHOWN)}\n... (${text.length - MAX_SHOWN} more characters)`;
}
