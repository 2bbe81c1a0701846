import { UserError } from "../errors.ts";
import { createPathGuard, type PathGuard } from "./paths.ts";
import { readGuarded } from "./read_guarded.ts";

interface ConfigSource {
  readonly programs: RegExp;
  readonly files: readonly string[];
  /** The part of a JSON file that is run. Default the whole file. */
  readonly keys?: readonly string[];
}

/** Files that say what a program does, though its argv stays the same. */
const SOURCES: readonly ConfigSource[] = [
  {
    programs: /^(?:npm|pnpm|yarn|bun|npx|node)$/,
    files: ["package.json"],
    keys: ["scripts", "config", "jest", "packageManager"],
  },
  { programs: /^deno$/, files: ["deno.json", "deno.jsonc"], keys: ["tasks", "imports", "test"] },
  { programs: /^g?make$/, files: ["GNUmakefile", "makefile", "Makefile"] },
  { programs: /^just$/, files: ["justfile", "Justfile", ".justfile"] },
  { programs: /^(?:tox|pytest|python[\d.]*)$/, files: ["tox.ini", "pyproject.toml", "setup.cfg"] },
  { programs: /^cargo$/, files: [".cargo/config.toml", ".cargo/config", "build.rs"] },
  { programs: /^mvnw?$/, files: ["pom.xml"] },
  { programs: /^gradlew?$/, files: ["build.gradle", "build.gradle.kts", "settings.gradle"] },
];

/**
 * What a command is made of besides its argv: the scripts, tasks or rules of the workspace that it
 * runs. An approval or trust that was given to the command holds only as long as this text stays
 * the same.
 *
 * @param root the workspace's root.
 * @param program name of the program.
 * @param dir folder it runs in, relative to the root: the files of that folder and of those around
 *   it count. Default the root.
 * @returns empty when the workspace has no say.
 */
export function executableConfig(root: string, program: string, dir = "."): string {
  const sources = SOURCES.filter(({ programs }) => programs.test(program));
  if (sources.length === 0) return "";
  const guard = createPathGuard(root);
  return foldersTo(dir).flatMap((folder) =>
    sources.flatMap(({ files, keys }) =>
      files.map((file) => {
        const path = folder + file;
        const text = readIfThere(guard, path);
        return text === undefined ? "" : `${path}\n${keys ? pick(text, keys) : text}\n`;
      })
    )
  ).join("");
}

/** The prefixes of names in the root, and in each folder from there to this one. */
function foldersTo(dir: string): string[] {
  const names = dir.split("/").filter((name) => name !== "" && name !== ".");
  return ["", ...names.map((_, i) => `${names.slice(0, i + 1).join("/")}/`)];
}

function readIfThere(guard: PathGuard, path: string): string | undefined {
  try {
    return new TextDecoder().decode(readGuarded(guard, path, { maxBytes: 4 * 1024 * 1024 }));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.kind === "failed" ? undefined : error.rule;
  }
}

/** The named keys of a JSON text; the whole text when it cannot be read as such. */
function pick(text: string, keys: readonly string[]): string {
  try {
    const value = JSON.parse(text);
    return JSON.stringify(keys.map((key) => value[key] ?? null));
  } catch {
    return text;
  }
}
