import { UserError } from "../../core/errors.ts";
import type { Zod } from "../../core/schema.ts";
import { defineTool, type Tool, type ToolContext } from "../../core/tool.ts";
import { namedIn } from "../_named_in.ts";
import { quietOffer } from "../_quiet_offer.ts";

/** More files and folders are not shown. */
const MAX_ENTRIES = 2_000;

const BRANCH = "\u251c\u2500\u2500 ";
const LAST = "\u2514\u2500\u2500 ";
const BAR = "\u2502   ";
const BLANK = "    ";

const input = (z: Zod) =>
  z.object({
    root: z.string().default(".").describe("folder to start at; default the workspace"),
    depth: z.int().min(1).max(100).default(2).describe("levels to show").meta({ short: "d" }),
    hidden: z.boolean().default(false).describe("hidden files, too").meta({ short: "a" }),
    ignore: z.boolean().default(true).describe("leave out what .gitignore and .ignore name"),
  });

/** Input of the tool `tree`. */
export interface TreeInput {
  /** Folder to start at. */
  readonly root: string;
  /** Levels to show. */
  readonly depth: number;
  readonly hidden: boolean;
  /** Whether ignore files and the standing excludes apply. */
  readonly ignore: boolean;
}

/** Result of the tool `tree`. */
export interface TreeData {
  /** Relative to the workspace's root. */
  readonly root: string;
  readonly folders: number;
  readonly files: number;
  /** Whether there is more than was shown. */
  readonly truncated: boolean;
}

/** What is in a folder: null for a file. */
type Names = Map<string, Names | null>;

const tree: Tool<TreeInput, TreeData> = defineTool({
  name: "tree",
  summary: "Shows folders and files as a tree",
  input,
  positional: ["root"],
  examples: [
    { line: "tree", says: "two levels of the workspace" },
    { line: "tree src -d 4 -a", says: "four levels of src, with hidden files" },
  ],
  effect: "read",
  score: ({ ok }, coverage) => ok ? 0.5 + 0.5 * coverage : 0,
  needs: ({ root }) => ({ read: [root] }),
  propose(request) {
    const { words, paths } = request;
    const asked = ["tree", "structure", "layout", "organized", "organised"]
      .find((word) => words.has(word));
    if (asked === undefined) {
      const { folder } = namedIn(request);
      return quietOffer(folder === undefined ? {} : { root: folder });
    }
    const root = paths.find((path) => !/\.\w+$/.test(path));
    return {
      input: root === undefined ? {} : { root },
      weight: 0.85,
      reason: `it asks for the ${asked}`,
      completes: asked === "tree",
    };
  },
  async run(call, ctx) {
    const { path: root } = await ctx.files.resolve(call.root, "read");
    if ((await ctx.files.info(root)).kind !== "folder") {
      throw new UserError("failed", `${JSON.stringify(call.root)} is not a folder`, {
        hint: "cat shows a file",
      });
    }
    const { names, folders, files, truncated } = await collect(root, call, ctx);
    const lines = [root, ...draw(names, "")];
    if (truncated) lines.push(`... cut after ${MAX_ENTRIES}: start at a folder below, with --root`);
    return { ok: true, data: { root, folders, files, truncated }, text: lines.join("\n") };
  },
});

export default tree;

async function collect(
  root: string,
  { depth, hidden, ignore }: TreeInput,
  { files, signal }: ToolContext,
): Promise<Omit<TreeData, "root"> & { names: Names }> {
  const names: Names = new Map();
  const count = { folders: 0, files: 0 };
  const start = root === "." ? 0 : root.length + 1;
  for await (
    const batch of files.walk({ path: root, depth, hidden, ignore, folders: true, signal })
  ) {
    for (const { path } of batch) {
      if (count.folders + count.files === MAX_ENTRIES) return { names, ...count, truncated: true };
      count[path.endsWith("/") ? "folders" : "files"]++;
      insert(names, path.slice(start));
    }
  }
  return { names, ...count, truncated: false };
}

/** Folders come before what is in them, so that each name's folder is there already. */
function insert(names: Names, path: string): void {
  const isFolder = path.endsWith("/");
  const parts = (isFolder ? path.slice(0, -1) : path).split("/");
  const name = parts.pop()!;
  const folder = parts.reduce((at, part) => at.get(part)!, names);
  folder.set(name, isFolder ? new Map() : null);
}

function draw(names: Names, indent: string): string[] {
  const sorted = [...names].sort(([a, inA], [b, inB]) =>
    Number(inA === null) - Number(inB === null) || compare(a.toLowerCase(), b.toLowerCase()) ||
    compare(a, b)
  );
  return sorted.flatMap(([name, inside], index) => {
    const last = index === sorted.length - 1;
    const line = indent + (last ? LAST : BRANCH) + name + (inside === null ? "" : "/");
    return inside === null ? [line] : [line, ...draw(inside, indent + (last ? BLANK : BAR))];
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
