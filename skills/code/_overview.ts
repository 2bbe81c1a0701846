import { extname, posix } from "node:path";
import type { ToolContext } from "../../core/tool.ts";
import { findProjects } from "../checks/find_projects.ts";
import { fileRole } from "../plan/file_role.ts";
import { manifestScripts, projectCommands } from "../plan/project_commands.ts";
import { type CodeSample, ENTRY_NAME, type SampledFile } from "./sample_code.ts";
import { readmeSummary } from "./_readme_summary.ts";
import { topModule } from "./_top_module.ts";

/** One line of an overview: what it is about, and what there is to say. */
export type OverviewLine = readonly [topic: string, text: string];

const LANGUAGES: Readonly<Record<string, string>> = {
  ".ts": "TypeScript",
  ".mts": "TypeScript",
  ".cts": "TypeScript",
  ".tsx": "TypeScript",
  ".js": "JavaScript",
  ".mjs": "JavaScript",
  ".cjs": "JavaScript",
  ".jsx": "JavaScript",
  ".py": "Python",
  ".pyi": "Python",
  ".go": "Go",
  ".rs": "Rust",
  ".java": "Java",
  ".kt": "Kotlin",
  ".rb": "Ruby",
  ".php": "PHP",
  ".c": "C",
  ".h": "C",
  ".cc": "C++",
  ".cpp": "C++",
  ".hpp": "C++",
  ".cs": "C#",
  ".swift": "Swift",
  ".scala": "Scala",
  ".sh": "Shell",
  ".lua": "Lua",
  ".vue": "Vue",
  ".svelte": "Svelte",
};

/** What makes a file one that is started, by its text. */
const STARTS =
  /^if __name__ == ["']__main__["']|^func main\(\)|^\s*(?:pub )?(?:async )?fn main\(|public static void main\(|^#!|^if \(import\.meta\.main\)|require\.main === module/m;

/** A folder with files of its own at the given depth counts as a module of its own. */
const MODULE_DEPTH = 3;

/**
 * Says what a folder holds: languages, where to start, the main modules, the biggest definitions,
 * what is imported most, tests, and how to build and run it. Counts are of all files, the rest is of
 * those sampled.
 *
 * @param folder relative to the root.
 */
export async function overviewOf(
  ctx: ToolContext,
  folder: string,
  sample: CodeSample,
): Promise<OverviewLine[]> {
  const lines: (OverviewLine | undefined)[] = [
    line("about", [await readmeSummary(ctx.files, folder, sample.paths)]),
    line("files", [fileCounts(sample)]),
    line("languages", languages(sample.paths)),
    line("start at", entryPoints(sample), 8),
    line("modules", modules(folder, sample.paths), 10),
    line("biggest", biggestDefinitions(sample.files).slice(0, 6)),
    line("imports", topImports(sample), 12),
    line("tests", tests(sample.paths), 6),
    line("commands", await commands(ctx, folder), 8),
  ];
  return lines.filter((each) => each !== undefined);
}

function line(
  topic: string,
  items: readonly (string | undefined)[],
  most = 10,
): OverviewLine | undefined {
  const known = items.filter((item) => item !== undefined && item !== "");
  if (known.length === 0) return undefined;
  const rest = known.length - most;
  return [topic, known.slice(0, most).join(", ") + (rest > 0 ? `, and ${rest} more` : "")];
}

function fileCounts({ paths, partial, files }: CodeSample): string {
  return `${partial ? "over " : ""}${paths.length}, ${files.length} of them read`;
}

function languages(paths: readonly string[]): string[] {
  const names = paths.map((path) => LANGUAGES[extname(path).toLowerCase()])
    .filter((name) => name !== undefined);
  return byCount(names).map(([name, count]) => `${name} ${count}`);
}

function entryPoints({ paths, files }: CodeSample): string[] {
  const started = files.filter(({ path, text }) =>
    fileRole(path) === "source" && STARTS.test(text)
  );
  const named = paths.filter((path) =>
    fileRole(path) === "source" && ENTRY_NAME.test(posix.basename(path)) &&
    !/__init__\.py$/.test(path)
  );
  const shallow = named.toSorted((a, b) => a.split("/").length - b.split("/").length);
  return [...new Set([...started.map(({ path }) => path), ...shallow])];
}

function modules(folder: string, paths: readonly string[]): string[] {
  const sources = paths.filter((path) => fileRole(path) === "source");
  const base = folder === "." ? 0 : folder.split("/").length;
  const folders = sources.map((path) =>
    posix.dirname(path).split("/").slice(0, base + MODULE_DEPTH).join("/")
  );
  return byCount(folders).map(([name, count]) => `${name} ${count}`);
}

function biggestDefinitions(files: readonly SampledFile[]): string[] {
  return files
    .flatMap(({ path, facts }) => facts.symbols.map((symbol) => ({ ...symbol, path })))
    .filter(({ kind, depth }) => depth === 0 && kind !== "constant" && kind !== "module")
    .map((symbol) => ({ ...symbol, lines: symbol.end - symbol.start + 1 }))
    .filter(({ lines }) => lines > 1)
    .sort((a, b) => b.lines - a.lines)
    .map(({ kind, name, path, start, lines }) =>
      `${kind} ${name} ${path}:${start} (${lines} lines)`
    );
}

function topImports({ files }: CodeSample): string[] {
  const names = files.flatMap(({ path, facts }) => [
    ...new Set(facts.imports.map((name) => topModule(path, name))),
  ]);
  return byCount(names.filter((name) => !/^(?:\.|(?:crate|self|super)\b)/.test(name)))
    .map(([name, count]) => `${name} ${count}`);
}

function tests(paths: readonly string[]): string[] {
  const folders = paths.filter((path) => fileRole(path) === "test")
    .map((path) => posix.dirname(path));
  const all = byCount(folders).map(([name, count]) => `${name} ${count}`);
  return folders.length === 0 ? ["none found"] : all;
}

async function commands(ctx: ToolContext, folder: string): Promise<string[]> {
  const all = await findProjects(ctx.files, { signal: ctx.signal });
  const projects = all.filter(({ dir }) => folder === "." || isWithin(dir, folder));
  const texts = new Map<string, string>();
  for (const { dir, marker } of projects.slice(0, 5)) {
    const path = posix.join(dir, marker);
    const text = await ctx.files.readText(path).catch(() => undefined);
    if (text !== undefined) texts.set(path, text);
  }
  const scripts = manifestScripts({ projects }, texts)
    .toSorted((a, b) => scriptRank(a.name) - scriptRank(b.name));
  const checks = await projectCommands(ctx);
  const ours = checks.filter(({ dir }) => folder === "." || isWithin(dir, folder));
  return [
    ...new Set([
      ...ours.flatMap(({ runs, dir }) => runs === undefined ? [] : [inFolder(runs, dir)]),
      ...scripts.map(({ command, path }) => inFolder(command, posix.dirname(path))),
    ]),
  ];
}

function scriptRank(name: string): number {
  const rank = ["start", "dev", "serve", "build", "test", "lint"].indexOf(name);
  return rank < 0 ? 6 : rank;
}

function inFolder(command: string, dir: string): string {
  return dir === "." ? `\`${command}\`` : `\`${command}\` in ${dir}`;
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function byCount(names: readonly string[]): [string, number][] {
  return [...Map.groupBy(names, (name) => name)]
    .map(([name, same]): [string, number] => [name, same.length])
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}
