import type { ProgramResult } from "../../core/command.ts";
import { UserError } from "../../core/errors.ts";
import { showControls } from "../../core/safety/terminal.ts";
import type { SchemaOutput, Zod } from "../../core/schema.ts";
import { defineTool } from "../../core/tool.ts";
import { leftOut } from "../_is_denied.ts";
import { namedIn } from "../_named_in.ts";
import { quietOffer } from "../_quiet_offer.ts";
import { relativePath } from "../_relative_path.ts";
import { gitCommand } from "./_git_command.ts";
import { type DiffFile, parseDiff } from "./_parse_diff.ts";
import { openRepository, runGit, where } from "./_repository.ts";
import { commitsOf, revision } from "./_revision.ts";
import { maybePaths, sorting, sortWords } from "./_sort_words.ts";
import { splitDenied } from "./_split_denied.ts";

const fields = (z: Zod) =>
  z.strictObject({
    staged: z.boolean(),
    paths: z.array(relativePath(z)).min(1),
    revision: revision(z).optional(),
  });

/** Fixed but for the revision, whose form cannot start an option. */
function which({ staged, revision }: SchemaOutput<typeof fields>): string[] {
  return [
    ...(staged ? ["--staged"] : []),
    ...(revision === undefined ? [] : [commitsOf(revision)]),
  ];
}

/** Nothing of the repository's config decides on the form, or starts a program. */
const FIXED = [
  "--no-ext-diff",
  "--no-textconv",
  "--no-color",
  "--find-renames",
  "--submodule=short",
  "--ignore-submodules=dirty",
];

const stat = gitCommand("Counts git diff", fields, (input) => ({
  args: ["diff", "--raw", "--numstat", "--no-relative", ...FIXED, ...which(input)],
  paths: input.paths,
}));

const patch = gitCommand("Runs git diff", fields, (input) => ({
  args: [
    "diff",
    "--patch",
    "--relative",
    "--unified=3",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    ...FIXED,
    ...which(input),
  ],
  paths: input.paths,
}));

/** Changes that are the asker's own: "what did I change", "show my changes", "what is staged". */
const OURS = new RegExp(
  [
    String.raw`\bdiff\b`,
    String
      .raw`\b(?:my|our|local|uncommitted|unstaged|staged|pending)\s+(?:\w+\s+)?(?:changes|edits|work)\b`,
    String
      .raw`\b(?:did|have|what|files)\s+(?:i|we)\s+(?:just\s+|already\s+)?(?:changed?|edit(?:ed)?|modif(?:y|ied)|touch(?:ed)?)\b`,
    String.raw`\bwhat(?:'s| is| was| has been)? (?:un)?staged\b`,
  ].join("|"),
  "i",
);

/** Shows changes that are not committed, or those between revisions, as a unified diff. */
export default defineTool({
  name: "git_diff",
  aliases: ["gdiff"],
  summary: "Shows changes that are not staged, with --staged those that are, or since a revision",
  input: (z) =>
    z.strictObject({
      paths: z.array(z.string().min(1)).default([])
        .describe("only these files and folders; revisions may stand here too"),
      revision: revision(z).optional().meta({ short: "r" })
        .describe("since this commit, branch or tag, or between two: main..dev"),
      staged: z.boolean().default(false).meta({ short: "s" })
        .describe("what would be committed, instead of what is not staged yet"),
      stat: z.boolean().default(false).describe("only names and numbers of lines"),
    }),
  positional: ["paths"],
  examples: [
    { line: "gdiff", says: "what changed since the last git add" },
    { line: "gdiff --staged --stat", says: "the files of the next commit" },
    { line: "gdiff main..dev src", says: "what differs between two branches, in a folder" },
  ],
  effect: "read",
  commands: { where, ...sorting, stat, patch },
  needs: ({ paths }) => ({ read: maybePaths(paths), programs: ["git"] }),
  propose: (request) => {
    const { plain, words, paths, wantsChange } = request;
    const staged = words.has("staged");
    return !wantsChange && paths.length < 2 && OURS.test(plain)
      ? {
        input: { paths: [...paths], staged, stat: false },
        weight: 0.9,
        reason: "it asks what has been changed and not committed",
        completes: true,
      }
      : quietOffer({ paths: [...namedIn(request).paths], staged, stat: false });
  },
  async run({ paths, staged, stat, revision: named }, ctx) {
    const repository = await openRepository(ctx);
    const sorted = await sortWords(ctx, paths, named);
    const revision = rangeOf(sorted.revisions, staged);
    const what = { staged, ...(revision === undefined ? {} : { revision }) };
    const fields = { ...what, paths: sorted.paths.length > 0 ? sorted.paths : ["."] };
    const counted = await runGit(ctx, "stat", fields);
    const all = parseDiff(counted.stdout, repository.path);
    if (all.length === 0) {
      return { ok: true, data: { files: all, patch: "" }, text: none(staged, revision) };
    }
    const { shown: files, denied, paths: allowed } = await splitDenied(ctx.files, all);
    const left = leftOut(denied);
    if (stat || files.length === 0) {
      const summary = files.length > 0 ? [formatStat(files)] : [];
      return { ok: true, data: { files, patch: "" }, text: [...summary, ...left].join("\n") };
    }
    const patches: ProgramResult[] = [];
    for (const some of denied > 0 ? allowed : [fields.paths]) {
      patches.push(await runGit(ctx, "patch", { ...what, paths: some }));
    }
    const patch = patches.map(({ stdout }) => stdout).join("");
    const cut = patches.some(({ truncated }) => truncated)
      ? ["(cut in the middle: give paths to see less at a time)"]
      : [];
    return {
      ok: true,
      data: { files, patch },
      text: [patch.trimEnd(), ...cut, ...left].join("\n"),
    };
  },
});

/** One revision, or two as a range. */
function rangeOf(revisions: readonly string[], staged: boolean): string | undefined {
  const ranges = revisions.filter((word) => word.includes(".."));
  const most = staged || ranges.length > 0 ? 1 : 2;
  if (revisions.length > most || (staged && ranges.length > 0)) {
    throw new UserError("usage", `too many revisions: ${revisions.join(" ")}`, {
      hint: staged ? "what is staged compares with one commit" : "give one, or two as A..B",
    });
  }
  return revisions.length === 0 ? undefined : revisions.join("..");
}

function none(staged: boolean, revision: string | undefined): string {
  if (revision === undefined) {
    return staged ? "nothing is staged" : "no changes that are not staged";
  }
  const between = revision.includes("..") ? `in ${revision}` : `since ${revision}`;
  return `no ${staged ? "staged " : ""}changes ${between}`;
}

function formatStat(files: readonly DiffFile[]): string {
  const number = (count: number | null, sign: string) => count === null ? "bin" : `${sign}${count}`;
  const rows = files.map(({ path, from, status, added, removed }) =>
    [
      status,
      number(added, "+").padStart(6),
      number(removed, "-").padStart(6),
      ` ${showControls(from === undefined ? path : `${from} -> ${path}`)}`,
    ].join(" ")
  );
  const sum = (key: "added" | "removed") =>
    files.reduce((total, file) => total + (file[key] ?? 0), 0);
  const count = `${files.length} file${files.length === 1 ? "" : "s"}`;
  return [...rows, `${count}, +${sum("added")} -${sum("removed")}`].join("\n");
}
