import type { CallResult } from "../../core/agent/mind.ts";
import type { PlainRequest } from "../../core/agent/request.ts";
import { UserError } from "../../core/errors.ts";
import type { Zod } from "../../core/schema.ts";
import { defineTool, type Proposal } from "../../core/tool.ts";
import { findNamed } from "../_find_named.ts";
import { namedIn } from "../_named_in.ts";
import { quietOffer } from "../_quiet_offer.ts";
import { relativePath } from "../_relative_path.ts";
import { gitCommand } from "./_git_command.ts";
import { gitError } from "./_repository.ts";
import { commitsOf, revision } from "./_revision.ts";
import { maybePaths, sorting, sortWords } from "./_sort_words.ts";

/** One commit. */
export interface GitCommit {
  readonly hash: string;
  readonly short: string;
  readonly author: string;
  readonly email: string;
  /** Milliseconds since the epoch. */
  readonly ts: number;
  /** Branches and tags that point at it. */
  readonly refs: readonly string[];
  readonly subject: string;
}

/** A value that is joined to its option. */
const joined = (z: Zod) => z.string().min(1).max(500).regex(/^[^\0\r\n]*$/, "expected one line");

const limits = (z: Zod) => ({
  since: joined(z).optional(),
  grep: joined(z).optional(),
  author: joined(z).optional(),
});

const log = gitCommand(
  "Runs git log",
  (z) =>
    z.strictObject({
      n: z.int().min(1).max(10_000),
      paths: z.array(relativePath(z)),
      revision: revision(z).optional(),
      ...limits(z),
    }),
  ({ n, paths, revision, since, grep, author }) => ({
    args: [
      "log",
      `--max-count=${n}`,
      // One line for each: none of them can hold a newline.
      "--format=%H%n%h%n%an%n%ae%n%at%n%D%n%s",
      "--no-color",
      "--no-notes",
      "--no-show-signature",
      "--no-ext-diff",
      "--no-textconv",
      "--encoding=UTF-8",
      "--fixed-strings",
      "--regexp-ignore-case",
      ...(since === undefined ? [] : [`--since=${since}`]),
      ...(grep === undefined ? [] : [`--grep=${grep}`]),
      ...(author === undefined ? [] : [`--author=${author}`]),
      // Its form cannot start an option.
      ...(revision === undefined ? [] : [commitsOf(revision)]),
    ],
    paths,
  }),
);

const WHO =
  /\b(?:who|when)\b.*\b(?:wrote|written|changed?|touched|edited|modified|created|added|authored)\b|\bauthors? of\b/i;
const COMMITS =
  /\bcommits\b|\b(?:last|latest|newest|recent|previous) (?:\d+ )?(?:commits?|changes)\b|\bgit log\b|\bchangelog\b|\b(?:git|commit|change) history\b|\bhistory of\b|\bwhat(?:'s| is| has| was)?(?: has| been| recently| new| just)* changed\b/i;
const SINCE: readonly (readonly [RegExp, string])[] = [
  [/\btoday\b/i, "midnight"],
  [/\byesterday\b/i, "yesterday"],
  [/\b(?:this|last) week\b/i, "1 week ago"],
  [/\b(?:this|last) month\b/i, "1 month ago"],
];

/** Files in which an earlier call found a definition. */
function definedIn(results: readonly CallResult[]): string[] {
  const found = results.flatMap(({ data }) =>
    (data as { definitions?: readonly { path: string }[] } | null)?.definitions ?? []
  );
  return [...new Set(found.map(({ path }) => path))].slice(0, 1);
}

/** Shows the newest commits. */
export default defineTool({
  name: "git_log",
  aliases: ["glog"],
  summary: "Shows the newest commits, all or those of some files",
  input: (z) =>
    z.strictObject({
      paths: z.array(z.string().min(1)).default([])
        .describe("only commits that touch these; a revision may stand here too"),
      revision: revision(z).optional().meta({ short: "r" })
        .describe("from this commit, branch or tag, or between two: main..dev; else from HEAD"),
      n: z.int().min(1).max(10_000).default(20).meta({ short: "n" }).describe("how many at most"),
      since: joined(z).optional().describe('only newer ones: 2024-05-01, "2 weeks ago"'),
      grep: joined(z).optional().meta({ short: "g" }).describe(
        "only those whose message has this text",
      ),
      author: joined(z).optional().describe("only those whose author has this in name or address"),
    }),
  positional: ["paths"],
  examples: [
    { line: "glog -n 5", says: "the last five commits" },
    { line: "glog main..dev", says: "what a branch has that another has not" },
    { line: 'glog src/api --since "2 weeks ago"', says: "what happened to a folder lately" },
  ],
  effect: "read",
  commands: { ...sorting, log },
  needs: ({ paths }) => ({ read: maybePaths(paths), programs: ["git"] }),
  propose: (request, results) => {
    const { plain, subject, paths, wantsChange } = request;
    const named = /^["'\x60]?[\w$][\w$.:-]*["'\x60]?$/.test(subject) ? subject : undefined;
    const asksWho = WHO.test(plain);
    if (wantsChange || !(asksWho || COMMITS.test(plain))) return quiet(request);
    const places = paths.length > 0 ? [...paths] : definedIn(results);
    // Who wrote a function is known once it is known where it stands.
    if (asksWho && named !== undefined && places.length === 0) return quiet(request);
    const author = /\bcommits? (?:by|from|of) ([\p{L}][\p{L}.-]*)/iu.exec(plain)?.[1];
    const since = sinceIn(plain);
    const count = /\b(?:last|latest|newest) (\d{1,3})\b/i.exec(plain)?.[1];
    const one = /\b(?:last|latest|newest) commit\b|\bwho\b.*\blast\b/i.test(plain);
    return {
      input: {
        paths: places,
        n: count === undefined ? one ? 1 : 20 : Math.max(1, Number(count)),
        ...author !== undefined && places.length === 0 && { author },
        ...since !== undefined && { since },
      },
      weight: 0.9,
      reason: asksWho ? "it asks who made a change" : "it asks for commits",
      completes: true,
    };
  },
  async run({ paths: given, n, revision: named, since, grep, author }, ctx) {
    const words = await Promise.all(
      given.map((word) => LONE_FILE.test(word) ? findNamed(ctx.files, word) : word),
    );
    const { revisions, paths } = await sortWords(ctx, words, named);
    const [revision, ...more] = revisions;
    if (more.length > 0) {
      throw new UserError("usage", `too many revisions: ${revisions.join(" ")}`, {
        hint: "give one, or two as A..B",
      });
    }
    const limits = {
      ...(since === undefined ? {} : { since }),
      ...(grep === undefined ? {} : { grep }),
      ...(author === undefined ? {} : { author }),
      ...(revision === undefined ? {} : { revision }),
    };
    const result = await ctx.execute("log", { n, paths, ...limits });
    if (/does not have any commits yet|bad default revision/.test(result.stderr)) {
      return { ok: false, data: [], text: "no commits yet" };
    }
    if (result.code !== 0) throw gitError(result, ctx.workspace.root);
    const data = parseLog(result.stdout);
    if (data.length === 0) return { ok: false, data, text: "no commits" };
    return { ok: true, data, text: data.map(formatCommit).join("\n") };
  },
});

/** The name of a file without its folders; no revision ends like one. */
const LONE_FILE = /^[\w-][\w.-]*\.[a-z]\w{0,9}$/i;

function sinceIn(plain: string): string | undefined {
  return SINCE.find(([word]) => word.test(plain))?.[1];
}

/** "What did Tomas do": a name, where people stand. */
const SOMEBODY = /\b(?:did|has|by) (\p{Lu}\p{Ll}+)\b/u;

function quiet(
  request: PlainRequest,
): Proposal<{ paths: string[]; n: number; author?: string; since?: string }> {
  const { paths } = namedIn(request);
  const author = SOMEBODY.exec(request.plain)?.[1];
  const since = sinceIn(request.plain);
  return quietOffer({
    paths: [...paths],
    n: 20,
    ...author !== undefined && paths.length === 0 && { author },
    ...since !== undefined && { since },
  });
}

/** Fields of one commit in the format above. */
const FIELDS = 7;

function parseLog(text: string): GitCommit[] {
  const lines = text.split("\n");
  const commits: GitCommit[] = [];
  for (let i = 0; i + FIELDS <= lines.length; i += FIELDS) {
    const [hash, short, author, email, seconds, refs, subject] = lines.slice(i, i + FIELDS);
    commits.push({
      hash: hash!,
      short: short!,
      author: author!,
      email: email!,
      ts: Number(seconds) * 1_000,
      refs: refs === "" ? [] : refs!.split(", "),
      subject: subject!,
    });
  }
  return commits;
}

function formatCommit({ short, ts, author, refs, subject }: GitCommit): string {
  const day = new Date(ts).toISOString().slice(0, 10);
  return `${short} ${day} ${author}${refs.length > 0 ? ` (${refs.join(", ")})` : ""}: ${subject}`;
}
