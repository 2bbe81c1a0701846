import { join } from "node:path";
import type { Argv, CommandSite, ProgramResult } from "../../core/command.ts";
import { UserError } from "../../core/errors.ts";
import { openSchema } from "../../core/open_schema.ts";
import type { SchemaOutput, Zod } from "../../core/schema.ts";
import { defineTool, type ToolContext } from "../../core/tool.ts";
import { isDenied, leftOut } from "../_is_denied.ts";
import { relativePath } from "../_relative_path.ts";

/** One match of a pattern or rule. */
export interface SgMatch {
  /** Relative to the workspace's root. */
  readonly path: string;
  /** 1-based, as the column. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly text: string;
  /** With a rule: its id. */
  readonly rule?: string;
  /** With a rule: what it says of the match. */
  readonly message?: string;
}

/** Most matches in a result. */
const MAX_MATCHES = 500;

const lang = (z: Zod) =>
  z.string().regex(/^[A-Za-z][\w+#-]{0,30}$/, "expected a language: ts, python, rust").optional();

const fields = (z: Zod) =>
  z.strictObject({
    pattern: z.string().min(1).max(10_000).optional(),
    rule: relativePath(z).optional(),
    lang: lang(z),
    path: relativePath(z),
  });

type Fields = SchemaOutput<typeof fields>;

/** A project's own `sgconfig.yml` may load native code: ours takes its place. */
const CONFIG = "ruleDirs: []\n";

async function argv(program: string, input: Fields, { scratch }: CommandSite): Promise<Argv> {
  const config = join(scratch, "sgconfig.yml");
  await Deno.writeTextFile(config, CONFIG).catch(() => {});
  const { pattern, rule, lang, path } = input;
  const what = rule === undefined
    ? [
      "run",
      `--config=${config}`,
      `--pattern=${pattern ?? ""}`,
      ...(lang ? [`--lang=${lang}`] : []),
    ]
    : ["scan", `--config=${config}`, `--rule=./${rule}`];
  return { program, args: [...what, "--json=stream", "--", `./${path}`] };
}

const search = {
  summary: "Runs ast-grep",
  fields,
  effect: "read" as const,
  argv: (input: Fields, at: CommandSite) => argv("ast-grep", input, at),
};

/** Its short name, which on many systems is another program: asked first who it is. */
const searchShort = {
  summary: "Runs ast-grep by its short name, sg",
  fields,
  effect: "read" as const,
  argv: (input: Fields, at: CommandSite) => argv("sg", input, at),
};

const version = {
  summary: "Asks sg whether it is ast-grep",
  fields: (z: Zod) => z.strictObject({}),
  effect: "read" as const,
  argv: () => ({ program: "sg", args: ["--version"], timeoutMs: 5_000 }),
};

/** Finds code by its shape, with ast-grep; never rewrites. */
export default defineTool({
  name: "sg",
  aliases: ["ast_grep"],
  summary: "Finds code by its shape with ast-grep, for example console.log($A)",
  input: (z) =>
    z.strictObject({
      pattern: z.string().min(1).optional().meta({ short: "p" })
        .describe("code with $NAME for one node and $$$NAME for any number"),
      lang: lang(z).meta({ short: "l" }).describe(
        "language of the pattern: ts, python, go",
      ),
      rule: z.string().min(1).optional().meta({ short: "r" }).describe(
        "rule file instead of a pattern",
      ),
      root: z.string().min(1).default(".").describe("file or folder to search"),
    }),
  positional: ["pattern"],
  examples: [
    { line: "sg 'console.log($$$A)' -l ts", says: "calls, whatever their arguments and form" },
    { line: "sg --rule rules/no-eval.yml", says: "what a rule file looks for" },
  ],
  effect: "read",
  commands: { search, searchShort, version },
  needs: ({ rule, root }) => ({
    read: rule === undefined ? [root] : [root, rule],
    programs: ["ast-grep"],
  }),
  async run({ pattern, lang, rule, root }, ctx) {
    if ((pattern === undefined) === (rule === undefined)) {
      throw new UserError("usage", "expected either a pattern or a rule file", {
        hint: "sg 'console.log($A)' -l ts, or sg --rule FILE",
      });
    }
    const { path } = await ctx.files.resolve(root, "read");
    const file = rule === undefined ? undefined : (await ctx.files.resolve(rule, "read")).path;
    const result = await runAstGrep(ctx, {
      path,
      ...(pattern === undefined ? {} : { pattern }),
      ...(file === undefined ? {} : { rule: file }),
      ...(lang === undefined ? {} : { lang }),
    });
    const { matches, denied } = await dropDenied(ctx, await parseMatches(result));
    const left = leftOut(denied);
    const shown = matches.slice(0, MAX_MATCHES);
    if (matches.length === 0) {
      return { ok: false, data: shown, text: ["no matches", ...left].join("\n") };
    }
    const more = matches.length > MAX_MATCHES
      ? [`(the first ${MAX_MATCHES} of ${matches.length}: narrow it with --root)`]
      : [];
    const text = [...shown.map(formatMatch), ...more, ...left].join("\n");
    return { ok: true, data: shown, text };
  },
});

/** ast-grep reads what it likes: each file with a match must be one that may be read. */
async function dropDenied(
  { files }: ToolContext,
  matches: readonly SgMatch[],
): Promise<{ matches: SgMatch[]; denied: number }> {
  const denied = new Set<string>();
  for (const path of new Set(matches.map(({ path }) => path))) {
    if (await isDenied(files, path)) denied.add(path);
  }
  return { matches: matches.filter(({ path }) => !denied.has(path)), denied: denied.size };
}

async function runAstGrep(ctx: ToolContext, input: Fields): Promise<ProgramResult> {
  try {
    return await ctx.execute("search", input);
  } catch (error) {
    if (!(error instanceof UserError) || error.kind !== "missing") throw error;
    if (await isAstGrep(ctx)) return await ctx.execute("searchShort", input);
    throw new UserError("missing", "ast-grep not found", { hint: "npm i -g @ast-grep/cli" });
  }
}

/** On most systems `sg` changes the group: only ast-grep's own counts. */
async function isAstGrep(ctx: ToolContext): Promise<boolean> {
  try {
    const { code, stdout } = await ctx.execute("version", {});
    return code === 0 && stdout.startsWith("ast-grep ");
  } catch (error) {
    if (error instanceof UserError && error.kind === "missing") return false;
    throw error;
  }
}

const matchSchema = (z: Zod) =>
  z.object({
    text: z.string(),
    file: z.string(),
    range: z.object({
      start: z.object({ line: z.number(), column: z.number() }),
      end: z.object({ line: z.number() }),
    }),
    ruleId: z.string().optional(),
    message: z.string().optional(),
  });

/** ast-grep ends with 1 both for no match and for rules that found errors. */
async function parseMatches(
  { code, stdout, stderr, timedOut }: ProgramResult,
): Promise<SgMatch[]> {
  const schema = await openSchema(matchSchema);
  const matches = stdout.split("\n").filter((line) => line.startsWith("{")).map((line): SgMatch => {
    const { text, file, range, ruleId, message } = schema.parse(JSON.parse(line));
    return {
      path: file.replace(/^\.\//, ""),
      line: range.start.line + 1,
      column: range.start.column + 1,
      endLine: range.end.line + 1,
      text,
      ...(ruleId ? { rule: ruleId } : {}),
      ...(message ? { message } : {}),
    };
  });
  if (timedOut) throw new UserError("failed", "ast-grep took too long and was stopped");
  const complaint = stderr.split("\n").find((line) => /error/i.test(line));
  if (matches.length === 0 && code !== 0 && complaint) {
    throw new UserError("usage", `ast-grep: ${complaint.replace(/^error: /i, "")}`);
  }
  return matches;
}

function formatMatch({ path, line, text, rule }: SgMatch): string {
  const [first, ...rest] = text.split("\n");
  const more = rest.length > 0 ? ` ... (${rest.length + 1} lines)` : "";
  return `${path}:${line}: ${rule === undefined ? "" : `${rule}: `}${first}${more}`;
}
