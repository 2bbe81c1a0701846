import { UserError } from "../../core/errors.ts";
import type { ProgramResult } from "../../core/command.ts";
import { showControls } from "../../core/safety/terminal.ts";
import { openSchema } from "../../core/open_schema.ts";
import type { Zod } from "../../core/schema.ts";
import { defineTool, type ToolContext } from "../../core/tool.ts";
import type { Files } from "../../core/workspace/files.ts";
import { gitCommand } from "./_git_command.ts";
import { parseDiff } from "./_parse_diff.ts";
import { gitError, openRepository, runGit, where } from "./_repository.ts";

const message = (z: Zod) =>
  z.string().max(20_000).regex(/\S/, "expected a message").refine(
    (text) => !text.includes("\0"),
    "expected a message without NUL",
  );

const input = (z: Zod) =>
  z.strictObject({
    message: message(z).meta({ short: "m" }).describe("first line: what and why, in a few words"),
  });

const staged = gitCommand("Lists what is staged", (z) => z.strictObject({}), () => ({
  args: [
    "diff",
    "--staged",
    "--raw",
    "--numstat",
    "--no-relative",
    "--no-ext-diff",
    "--no-textconv",
    "--find-renames",
    "--ignore-submodules=dirty",
  ],
}));

const commit = gitCommand(
  "Runs git commit",
  (z) => z.strictObject({ message: message(z) }),
  ({ message }) => ({
    args: [
      "commit",
      "--no-gpg-sign",
      "--no-verify",
      "--no-status",
      "--cleanup=whitespace",
      `--message=${message}`,
    ],
  }),
  {
    effect: "execute",
    identity: true,
    async typed({ message }, typed) {
      return (await openSchema(input)).safeParse(typed).data?.message === message;
    },
  },
);

const head = gitCommand("Shows the newest commit", (z) => z.strictObject({}), () => ({
  args: ["log", "--max-count=1", "--format=%H%n%h%n%s", "--no-notes", "--no-show-signature"],
}));

const ASKS = /^\s*(?:please )?(?:git )?commit\b(?! (?:history|log|messages?|hooks?)\b)/i;

/** Commits what is staged. Never pushes, never amends, runs no hook. */
export default defineTool({
  name: "git_commit",
  aliases: ["gcommit"],
  summary: "Commits what is staged; never pushes or amends, and runs no hooks",
  input,
  examples: [{ line: 'gcommit -m "Parser: accept empty input"', says: "commits what is staged" }],
  effect: "execute",
  commands: { where, staged, commit, head },
  needs: () => ({ programs: ["git"] }),
  propose({ plain, paths, quoted: [message] }, results) {
    if (!ASKS.test(plain)) return undefined;
    // What was not staged must not be committed without it.
    if (results.some(({ call, ok }) => call.tool === "git_add" && !ok)) return undefined;
    const fits = { weight: 0.96, reason: "it asks to commit", completes: true };
    if (message !== undefined) return { input: { message }, ...fits };
    const what = paths.length > 0 ? paths.join(" ") : ".";
    return {
      input: {},
      ...fits,
      instead: `A commit needs a message. Type:\n  git_add ${what}\n` +
        '  git_commit -m "what was done, and why"',
    };
  },
  async preview({ message }, ctx) {
    const files = await listStaged(ctx);
    return [
      `commit: ${message}`,
      ...files.map(({ status, path }) => `  ${status} ${showControls(path)}`),
    ]
      .join("\n");
  },
  async run({ message }, ctx) {
    const files = await listStaged(ctx);
    const result = await ctx.execute("commit", { message });
    if (result.code !== 0) throw commitError(result, ctx.workspace.root);
    const { stdout } = await runGit(ctx, "head", {});
    const [hash = "", short = "", subject = ""] = stdout.split("\n");
    const hooks = await activeHooks(ctx.files);
    const note = hooks.length > 0 ? `\nnote: hooks were not run: ${hooks.join(", ")}` : "";
    const count = `${files.length} file${files.length === 1 ? "" : "s"}`;
    return {
      ok: true,
      data: { hash, short, subject, files, hooks },
      text: `committed ${short} ${subject} (${count})${note}`,
    };
  },
});

async function listStaged(ctx: ToolContext) {
  const repository = await openRepository(ctx);
  const { stdout } = await runGit(ctx, "staged", {});
  const files = parseDiff(stdout, repository.path);
  if (files.length > 0) return files;
  throw new UserError("failed", "nothing is staged", { hint: "stage files with git_add first" });
}

function commitError(result: ProgramResult, root: string): UserError {
  if (/Please tell me who you are|empty ident name|auto-detect/.test(result.stderr)) {
    return new UserError("failed", "git does not know who you are", {
      hint: 'git config --global user.name "Your Name" and user.email you@example.com',
    });
  }
  return gitError(result, root);
}

/** Hooks that git itself would have run. Those of a worktree lie outside the workspace. */
async function activeHooks(files: Files): Promise<string[]> {
  const names = ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit"];
  const lists = await Promise.all(
    [".git/hooks", ".husky"].map((folder) => files.list(folder).catch(() => [])),
  );
  const present = new Set(lists.flat().map(({ name }) => name));
  return names.filter((name) => present.has(name));
}
