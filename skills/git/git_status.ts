import { showControls } from "../../core/safety/terminal.ts";
import { defineTool } from "../../core/tool.ts";
import { quietOffer } from "../_quiet_offer.ts";
import { isOwnState } from "./_own_state.ts";
import { type GitStatus, parseStatus, type StatusEntry } from "./_parse_status.ts";
import { guardPaths, openRepository, runGit, where } from "./_repository.ts";
import { statusCommand } from "./_status_command.ts";

const WORDS: Readonly<Record<string, string>> = {
  M: "modified",
  A: "new file",
  D: "deleted",
  R: "renamed",
  C: "copied",
  T: "type changed",
  U: "both changed",
};

/** "is the tree clean?", "which branch am I on?", "anything uncommitted?" */
const STATE =
  /\b(?:tree|repo\w*|workspace|checkout|everything|it)\b.*\b(?:clean|dirty|committed)\b|\b(?:which|what|current) branch\b|\bun(?:committed|staged|tracked)\b|\banything to commit\b/i;

/** Shows branch, staged, changed and new files. */
export default defineTool({
  name: "git_status",
  aliases: ["gstatus"],
  summary: "Shows the branch and what is staged, changed and new",
  input: (z) =>
    z.strictObject({
      paths: z.array(z.string().min(1)).default([]).describe("only these files and folders"),
    }),
  positional: ["paths"],
  examples: [{ line: "gstatus", says: "branch, staged, changed and new files" }],
  effect: "read",
  commands: { where, status: statusCommand },
  needs: ({ paths }) => ({ read: paths, programs: ["git"] }),
  propose: ({ plain, words }) =>
    words.has("status") && (words.has("git") || words.size <= 2) || STATE.test(plain)
      ? { input: { paths: [] }, weight: 0.9, reason: "it asks for git's state", completes: true }
      : quietOffer({ paths: [] }),
  async run({ paths }, ctx) {
    const repository = await openRepository(ctx);
    const { stdout } = await runGit(ctx, "status", {
      paths: await guardPaths(ctx, paths),
      all: false,
    });
    const status = parseStatus(stdout, repository.path);
    const data = {
      ...status,
      entries: status.entries.filter(({ kind, path }) => kind !== "untracked" || !isOwnState(path)),
    };
    return { ok: true, data, text: formatStatus(data) };
  },
});

function formatStatus(data: GitStatus): string {
  const { entries } = data;
  const sections = [
    section("Conflicts", entries.filter((e) => e.kind === "unmerged").map((e) => named(e, "U"))),
    section("Staged", entries.filter(isStaged).map((entry) => named(entry, entry.index))),
    section("Changed", entries.filter(isChanged).map((entry) => named(entry, entry.worktree))),
    section(
      "Untracked",
      entries.filter((e) => e.kind === "untracked").map((e) => `  ${showControls(e.path)}`),
    ),
  ].filter((text) => text !== "");
  const clean = entries.length === 0 ? ["nothing to commit, working tree clean"] : [];
  return [branchLine(data), ...clean, ...sections].join("\n");
}

function branchLine({ branch, commit, upstream, ahead, behind, stashes }: GitStatus): string {
  const on = branch === null ? `Detached at ${commit?.slice(0, 8)}` : `On branch ${branch}`;
  const drift = [ahead > 0 ? `${ahead} ahead of` : "", behind > 0 ? `${behind} behind` : ""]
    .filter((text) => text !== "").join(", ");
  const tracking = upstream === null ? "" : `, ${drift || "even with"} ${upstream}`;
  const kept = stashes === 0 ? "" : `, ${stashes} stashed`;
  return `${on}${commit === null ? ", no commits yet" : ""}${tracking}${kept}`;
}

function isStaged({ kind, index }: StatusEntry): boolean {
  return kind !== "untracked" && kind !== "unmerged" && index !== ".";
}

function isChanged({ kind, worktree }: StatusEntry): boolean {
  return kind !== "untracked" && kind !== "unmerged" && worktree !== ".";
}

function named({ path, from, submodule }: StatusEntry, letter: string): string {
  const name = letter === "R" && from !== undefined ? `${from} -> ${path}` : path;
  return `  ${(WORDS[letter] ?? letter).padEnd(12)}  ${showControls(name)}${
    submodule ? " (submodule)" : ""
  }`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [`${title}:`, ...lines].join("\n");
}
