import { z } from "zod";
import type { Files } from "../../core/workspace/files.ts";
import { readOptional } from "./_check.ts";
import { parseJson } from "./_parse_json.ts";

/** What of a package.json decides how to check. */
export interface Package {
  readonly scripts: Readonly<Record<string, string>>;
  /** Names of all packages it depends on. */
  readonly dependencies: ReadonlySet<string>;
}

const Names = z.record(z.string(), z.unknown()).catch({});
const PackageFile = z.object({
  scripts: z.record(z.string(), z.string()).catch({}),
  dependencies: Names,
  devDependencies: Names,
});

/** Reads the package.json of a folder. */
export async function readPackage(files: Files, dir: string): Promise<Package> {
  const text = await readOptional(files, dir, "package.json") ?? "{}";
  const file = PackageFile.safeParse({
    scripts: {},
    dependencies: {},
    devDependencies: {},
    ...Object(parseJson(text)),
  });
  if (!file.success) return { scripts: {}, dependencies: new Set() };
  const { scripts, dependencies, devDependencies } = file.data;
  return {
    scripts,
    dependencies: new Set([...Object.keys(dependencies), ...Object.keys(devDependencies)]),
  };
}

/** What the last command of an npm script runs: npm appends further arguments to it. */
export interface ScriptEnd {
  /** Name of the script to run: a script that only runs another one is followed. */
  readonly script: string;
  /** First word of its last command: `vitest`, `node`. */
  readonly program: string;
  readonly words: readonly string[];
  /** Whether it names files of its own, which further ones would only add to. */
  readonly operands: boolean;
}

/** Words that only prepare the ground for the command after them. */
const PREFIX = /^(?:[A-Za-z_]\w*=.*|cross-env|npx|c8|nyc|--)$/;

/**
 * Finds what a script runs in the end.
 *
 * @returns undefined when there is no such script, or its end is no plain command.
 */
export function scriptEnd(
  scripts: Readonly<Record<string, string>>,
  name: string,
  depth = 3,
): ScriptEnd | undefined {
  const text = scripts[name];
  if (text === undefined || !/^[\w:.]/.test(name) || /[|;`\n]|\$\(|(?<!&)&(?!&)/.test(text)) {
    return undefined;
  }
  const commands = text.split("&&");
  const all = commands.at(-1)!.trim().split(/\s+/).map((word) => word.replace(/^["']|["']$/g, ""));
  const words = all.slice(all.findIndex((word) => !PREFIX.test(word)));
  const inner = words[0] === "npm" && (words[1] === "run" || words[1] === "run-script")
    ? words.filter((word) => !word.startsWith("-"))
    : [];
  // `--` would be needed once more to reach the inner script: run that one itself.
  if (inner.length === 3 && commands.length === 1 && depth > 0) {
    return scriptEnd(scripts, inner[2]!, depth - 1);
  }
  const operands = words.slice(1).some((word, i) =>
    !word.startsWith("-") && word !== "run" && !words[i]!.startsWith("-")
  );
  return { script: name, program: words[0] ?? "", words, operands };
}

/** Whether a package has a test script that is not npm's placeholder. */
export function hasScript({ scripts }: Package, name: string): boolean {
  const text = scripts[name];
  return text !== undefined && text.trim() !== "" && !text.includes("no test specified");
}
