import type { Zod } from "../../core/schema.ts";
import { defineTool, type Tool } from "../../core/tool.ts";
import { nameOf } from "../../core/workspace/path_parts.ts";
import { findNamed } from "../_find_named.ts";
import { namedIn } from "../_named_in.ts";
import { quietOffer } from "../_quiet_offer.ts";

const MAX_NAMES = 500;

const input = (z: Zod) =>
  z.object({
    path: z.string().default(".").describe("folder; default the workspace"),
  });

/** Input of the tool `ls`. */
export interface LsInput {
  /** Folder, or a file to see whether it is there. */
  readonly path: string;
}

/** One name in a folder. */
export interface LsEntry {
  readonly name: string;
  readonly kind: "file" | "folder";
  /** Whether it is a symlink; `kind` is that of its target. */
  readonly link: boolean;
}

/** Result of the tool `ls`. */
export interface LsData {
  /** Folders first, each sorted by name; at most 500. */
  readonly entries: readonly LsEntry[];
  /** Names in all. */
  readonly total: number;
}

const ls: Tool<LsInput, LsData> = defineTool({
  name: "ls",
  summary: "Lists a folder, folders first",
  input,
  positional: ["path"],
  examples: [
    { line: "ls", says: "the workspace" },
    { line: "ls src/core", says: "a folder in it" },
  ],
  effect: "read",
  needs: ({ path }) => ({ read: [path] }),
  propose(request) {
    const { words, paths, plain, wantsChange } = request;
    const asks = /\b(?:list|show|what|which|see)\b.*\b(?:files?|folders?|director\w+|in)\b/i;
    const shown =
      /^\s*(?:list|show|open|see)\b(?: me)?(?: the)? ([\w./-]+) (?:folder|directory)\W*$/i.exec(
        plain,
      )?.[1];
    if (shown !== undefined) {
      const reason = `it asks what is in ${shown}`;
      return { input: { path: shown }, weight: 0.9, reason, completes: true };
    }
    const { folder } = namedIn(request);
    const quiet = quietOffer(folder === undefined ? {} : { path: folder });
    if (wantsChange || !asks.test(plain)) return quiet;
    if (/\bin (?:this|the current) (?:folder|directory)\b|\bin here\b/i.test(plain)) {
      return {
        input: {},
        weight: 0.9,
        reason: "it asks what is in the workspace",
        completes: true,
      };
    }
    const named = /\bin (?:the )?(?!this\b|here\b|it\b)([\w.-]+)(?: (?:folder|directory))?[?\s]*$/i
      .exec(plain)?.[1];
    const path = paths.find((path) => !/\.\w+$/.test(path)) ?? named;
    if (path === undefined && !words.has("files") && !words.has("folder")) return quiet;
    return {
      input: path === undefined ? {} : { path },
      weight: path === undefined ? 0.45 : 0.8,
      reason: `it asks what is in ${path ?? "the workspace"}`,
      completes: path !== undefined,
    };
  },
  score: ({ ok }, coverage) => ok ? 0.5 + 0.5 * coverage : 0,
  async run({ path: named }, { files }) {
    const path = await findNamed(files, named);
    const all = (await files.info(path)).kind === "folder"
      ? await files.list(path)
      : [{ name: nameOf(path), kind: "file" as const, link: false }];
    const entries = all.slice(0, MAX_NAMES);
    const lines = entries.map(({ name, kind, link }) =>
      name + (kind === "folder" ? "/" : "") + (link ? " (link)" : "")
    );
    if (all.length > MAX_NAMES) {
      lines.push(
        `... and ${all.length - MAX_NAMES} more: name a folder below, or search with grep`,
      );
    }
    return {
      ok: true,
      data: { entries, total: all.length },
      text: all.length === 0 ? "(empty)" : lines.join("\n"),
    };
  },
});

export default ls;
