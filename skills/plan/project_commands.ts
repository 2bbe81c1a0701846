import { commandLine } from "../../core/agent/command_line.ts";
import type { Tool, ToolContext } from "../../core/tool.ts";
import { UserError } from "../../core/errors.ts";
import { findDanger } from "../../core/safety/danger.ts";
import { manifestOf, type Repository } from "./read_repository.ts";

/** A way to check the project, as it was found there. */
export interface ProjectCommand {
  readonly kind: "test" | "lint" | "build";
  /** Our own command, which runs it: `test src/a_test.ts`. */
  readonly verb: string;
  /**
   * The program's own command line, without the options that only our report needs; undefined
   * where only the launcher can tell.
   */
  readonly runs?: string;
  /** Folder it runs in, relative to the root. */
  readonly dir: string;
}

/** A script that a manifest names. */
export interface ManifestScript {
  readonly name: string;
  readonly text: string;
  /** How it is run: `npm run bench`. */
  readonly command: string;
  readonly path: string;
  readonly line: number;
  /** Names of the dangerous commands in it. */
  readonly danger: readonly string[];
}

const FOR_REPORTS =
  / (?:\S*<private folder>\S*|--silent|--json|--override-ini=\S+|--continue-on-collection-errors|--tb=short|--(?:reporter|format|output-format|message-format)[= ]json\S*)(?= |$)/g;

const CHECKS: Readonly<Record<ProjectCommand["kind"], () => Promise<{ default: Tool }>>> = {
  test: () => import("../checks/run_tests.ts"),
  lint: () => import("../checks/lint.ts"),
  build: () => import("../checks/build.ts"),
};

/**
 * Finds how the project is tested, linted and built, as our own tools would run it.
 *
 * @returns only what was found.
 */
export async function projectCommands(ctx: ToolContext): Promise<ProjectCommand[]> {
  const kinds = Object.keys(CHECKS) as ProjectCommand["kind"][];
  const found = await Promise.all(kinds.map((kind) => checkCommand(kind, [], ctx)));
  return found.filter((command) => command !== undefined);
}

/**
 * The command for some files only.
 *
 * @param paths files or folders to check; empty for all.
 * @param filter a test's name, when only that one is to run.
 * @returns undefined when no toolchain here does it.
 */
export async function checkCommand(
  kind: ProjectCommand["kind"],
  paths: readonly string[],
  ctx: ToolContext,
  filter?: string,
): Promise<ProjectCommand | undefined> {
  const { default: tool } = await CHECKS[kind]();
  const input = { paths, ...filter !== undefined && { filter } };
  const verb = commandLine({ name: kind, positional: ["paths"] }, input);
  let preview: string | undefined;
  try {
    preview = await tool.preview?.(input, ctx);
  } catch (error) {
    // A toolchain whose command line only the launcher can build is a toolchain all the same.
    return error instanceof UserError ? undefined : { kind, verb, dir: "." };
  }
  const [, dir, line] = /^in (.*?): (.+)$/s.exec(preview ?? "") ?? [];
  if (dir === undefined || line === undefined) return undefined;
  // Where reports go and their form is our own affair; what is left can be typed.
  const runs = line.replaceAll(FOR_REPORTS, "").replace(/ --$/, "");
  const command = { kind, verb, runs, dir };
  return findDanger(runs).length > 0 ? undefined : command;
}

/**
 * Reads the scripts that the project's package.json and deno.json files name.
 *
 * @param texts of the repository's files, by path.
 */
export function manifestScripts(
  { projects }: Pick<Repository, "projects">,
  texts: ReadonlyMap<string, string>,
): ManifestScript[] {
  return projects.flatMap((project) => {
    const path = manifestOf(project);
    const text = texts.get(path) ?? "";
    const [key, runner] = project.family === "node"
      ? ["scripts", "npm run"]
      : ["tasks", "deno task"];
    if (project.family !== "node" && project.family !== "deno") return [];
    return Object.entries(section(text, key)).flatMap(([name, script]) => {
      if (typeof script !== "string") return [];
      const danger = findDanger(script).map((pattern) => pattern.name);
      const line = lineOf(text, `"${name}"`, text.indexOf(`"${key}"`));
      return [{ name, text: script, command: `${runner} ${name}`, path, line, danger }];
    });
  });
}

function section(text: string, key: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)[key]);
  } catch {
    return {};
  }
}

function lineOf(text: string, word: string, from: number): number {
  const at = text.indexOf(word, Math.max(0, from));
  return at < 0 ? 1 : text.slice(0, at).split("\n").length;
}
