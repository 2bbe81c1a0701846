import { UserError } from "../../core/errors.ts";
import { showControls } from "../../core/safety/terminal.ts";
import { openSchema } from "../../core/open_schema.ts";
import type { Zod } from "../../core/schema.ts";
import { defineTool, type ToolContext } from "../../core/tool.ts";
import { openFiles } from "../../core/workspace/open_files.ts";
import { relativePath } from "../_relative_path.ts";
import { gitCommand } from "./_git_command.ts";
import { launcherGit } from "./_launcher_git.ts";
import type { StatusEntry } from "./_parse_status.ts";
import { guardPaths, runGit, where } from "./_repository.ts";
import { statusCommand } from "./_status_command.ts";
import { toStage } from "./_to_stage.ts";

/** Which filter each path goes through; its input is one path on each line, quoted where needed. */
const filters = gitCommand(
  "Asks git for the filters of paths",
  (z) => z.strictObject({ paths: z.string().max(16 * 1024 * 1024) }),
  ({ paths }) => ({ args: ["check-attr", "--stdin", "filter"], stdin: paths }),
);

const input = (z: Zod) =>
  z.strictObject({
    paths: z.array(z.string().min(1)).min(1).describe("files and folders; . for all"),
  });

const add = gitCommand(
  "Runs git add",
  (z) => z.strictObject({ paths: z.array(relativePath(z)).min(1) }),
  ({ paths }) => ({ args: ["add"], paths }),
  {
    effect: "execute",
    async typed({ paths }, typed, at) {
      const { data } = (await openSchema(input)).safeParse(typed);
      if (data === undefined) return false;
      const { isDeepStrictEqual } = await import("node:util");
      if (isDeepStrictEqual(paths, await guardPaths({ files: openFiles(at.root) }, data.paths))) {
        return true;
      }
      // Where our own state lies in a folder that was typed, its other files take its place.
      const site = launcherGit({ where, status: statusCommand }, at);
      const derived = await toStage(site, data.paths).catch((error: unknown) => {
        if (error instanceof UserError) return undefined;
        throw error;
      });
      return isDeepStrictEqual(paths, derived?.paths);
    },
  },
);

const COMMITS_ALL = /^\s*(?:please )?(?:git )?commit\b.*\b(?:everything|all)\b/i;

/** Stages files for the next commit. */
export default defineTool({
  name: "git_add",
  aliases: ["gadd"],
  summary: "Stages changes of files and folders for the next commit",
  input,
  positional: ["paths"],
  examples: [
    { line: "gadd src/main.ts", says: "stages a file" },
    { line: "gadd .", says: "stages all changes" },
  ],
  effect: "execute",
  commands: { where, status: statusCommand, filters, add },
  needs: ({ paths }) => ({ read: paths, programs: ["git"] }),
  propose({ plain, paths, subject, quoted }, results) {
    const commits = COMMITS_ALL.test(plain) && quoted.length > 0 &&
      !results.some(({ call }) => call.tool === "git_add");
    if (!commits && !/^\s*(?:please )?(?:stage|git add)\b/i.test(plain)) return undefined;
    const rest = subject.replace(/^(?:stage|git add)\s*/i, "");
    const bare = rest === "" || /^(?:everything|changes)$/i.test(rest) ? "." : rest;
    return {
      input: { paths: commits ? ["."] : paths.length > 0 ? [...paths] : [bare] },
      weight: 0.97,
      reason: commits ? "what is to be committed is staged first" : "it asks to stage",
      completes: !commits,
    };
  },
  async preview({ paths }, ctx) {
    const { entries } = await toStage(ctx, paths);
    return entries.map(({ path }) => `stage ${showControls(path)}`).join("\n") ||
      "nothing to stage";
  },
  async run({ paths }, ctx) {
    const { entries, paths: guarded } = await toStage(ctx, paths);
    if (entries.length === 0) {
      // Says so when a path was mistyped.
      await Promise.all(paths.map((path) => ctx.files.resolve(path, "read")));
      return { ok: true, data: [], text: "nothing to stage" };
    }
    await refuseFiltered(ctx, entries);
    await runGit(ctx, "add", { paths: guarded });
    const data = entries.map(({ path }) => path);
    return { ok: true, data, text: data.map((path) => `staged ${showControls(path)}`).join("\n") };
  },
});

/** A filter is a program: it is not run, and without it git would store something else. */
async function refuseFiltered(ctx: ToolContext, entries: readonly StatusEntry[]): Promise<void> {
  const quoted = entries.map(({ path }) => JSON.stringify(path)).join("\n");
  const { stdout } = await runGit(ctx, "filters", { paths: `${quoted}\n` });
  const filtered = stdout.split("\n").map((line) => /^(.*): filter: (.+)$/.exec(line))
    .find((match) => match && !["unspecified", "unset", "set"].includes(match[2]!));
  if (!filtered) return;
  throw new UserError("refused", `${filtered[1]} goes through the filter "${filtered[2]}"`, {
    hint: "a filter is a program that the repository names, and is never run here: use git itself",
    rule: "git.filter",
  });
}
