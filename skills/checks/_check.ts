import { isAbsolute } from "node:path";
import { z } from "zod";
import type { Argv, Command, CommandSite, ProgramResult } from "../../core/command.ts";
import type { Progress } from "../../core/tool.ts";
import type { Files } from "../../core/workspace/files.ts";
import type { CheckKind, Problem, TestOutcome } from "../../core/check_report.ts";

/** What a person may ask for: `build` checks types too. */
export type AskedKind = Exclude<CheckKind, "types">;

/** A path inside the workspace that cannot leave it by its spelling. */
const relativePath = z.string().min(1).max(4_096).refine(
  (path) => !isAbsolute(path) && !/[\0\r\n]/.test(path) && !path.split(/[\\/]/).includes(".."),
  "expected a path relative to the workspace, without `..`",
);

/** The fields every check takes. */
const checkFields = z.strictObject({
  dir: relativePath.describe("folder to run in, relative to the workspace"),
  targets: z.array(relativePath).max(200).describe("files and folders, relative to dir"),
  filter: z.string().max(500).regex(/^[^-\0\r\n][^\0\r\n]*$/, "expected a name, not an option")
    .optional().describe("only tests whose name contains this"),
  timeoutMs: z.int().min(1_000).max(86_400_000),
});

/** See {@linkcode checkFields}. */
export type CheckFields = z.infer<typeof checkFields>;

/**
 * A command that takes {@linkcode checkFields}, and runs in `dir` with the limit `timeoutMs`.
 *
 * @param extra fields that only this command takes.
 */
export function checkCommand<S extends z.ZodRawShape = Record<never, never>>(
  summary: string,
  argv: (
    fields: CheckFields & z.infer<z.ZodObject<S>>,
    at: CommandSite,
  ) => Omit<Argv, "cwd" | "timeoutMs"> | Promise<Omit<Argv, "cwd" | "timeoutMs">>,
  extra?: S,
  // deno-lint-ignore no-explicit-any -- as in Tool: a table holds commands of every field type
): Command<any> {
  return {
    summary,
    fields: extra ? checkFields.extend(extra) : checkFields,
    effect: "execute",
    argv: async (fields, at) => ({
      cwd: fields.dir,
      timeoutMs: fields.timeoutMs,
      ...await argv(fields, at),
    }),
  };
}

/**
 * A test as its reader has it. The id may be left out where file and name make one: both must then
 * be the same whether the test passes or fails.
 */
export type ReadOutcome = Omit<TestOutcome, "id"> & Partial<Pick<TestOutcome, "id">>;

/** What a check's output says. */
export interface Reading {
  readonly tests?: readonly ReadOutcome[];
  readonly problems?: readonly Problem[];
  readonly notes?: readonly string[];
  /** Tests that were announced, where the runner says so. */
  readonly planned?: number | undefined;
  /** False when the report is missing, unreadable or not complete. Default true. */
  readonly complete?: boolean;
  /** For a tool that ends with 0 whatever it finds: whether it found anything. */
  readonly failed?: boolean;
}

/** Where a check ran, for reading its reports. */
export interface ReadSite {
  readonly files: Files;
  /** Folder it ran in, relative to the root. */
  readonly dir: string;
}

/** One way of checking: a command and how its report is read. */
export interface Check {
  /** Key of its command, and its name for `--toolchain`. */
  readonly id: string;
  readonly kind: CheckKind;
  // deno-lint-ignore no-explicit-any -- see checkCommand
  readonly command: Command<any>;
  /** How to get the program, as a sentence or command. */
  readonly get: string;
  /** Whether only the exit code says how it went. Default false. */
  readonly exitCodeOnly?: boolean;
  /** Whether the output says that the tool is not installed; the next choice then stands in. */
  absent?(result: ProgramResult): boolean;
  /** Makes a reader of output lines that knows how far the run is. */
  watch?(): (line: string) => Progress | undefined;
  read(result: ProgramResult, at: ReadSite): Reading | Promise<Reading>;
}

/** A check chosen for a project, with the fields that only it takes. */
export interface Choice {
  readonly check: Check;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** A family of toolchains, known by the files at the top of its projects. */
export interface Family {
  readonly name: string;
  /** Names of files that make a folder a project of this family. */
  readonly markers: readonly string[];
  /** Endings of the files it checks. */
  readonly endings: readonly string[];
  /**
   * The checks of one kind for a project, the best first; a later one stands in when an earlier one
   * is not installed.
   *
   * @param dir the project's folder, relative to the root.
   */
  choices(kind: AskedKind, dir: string, files: Files): Promise<Choice[]>;
}

/** A target as an operand: it starts with `./` and so is never an option. */
export function operand(path: string): string {
  return path === "." ? "." : `./${path}`;
}

/** Reads a file of a project; undefined when it is not there or cannot be read. */
export function readOptional(files: Files, dir: string, name: string): Promise<string | undefined> {
  return files.readText(join(dir, name)).catch(() => undefined);
}

/** Joins a folder and a name, both relative and with `/`. */
export function join(dir: string, name: string): string {
  return dir === "." ? name : `${dir}/${name}`;
}
