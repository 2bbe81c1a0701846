import { z } from "zod";
import type { ProgramResult } from "../../core/command.ts";
import type { CheckFields } from "./_check.ts";

/** Name of an npm script: no option, and no word that npm would read otherwise. */
const scriptName = z.string().regex(/^\w[\w:.-]{0,100}$/);

/** The field of checks that may go through an npm script. */
export const scriptField = {
  script: scriptName.optional().describe("npm script to run it by"),
  operands: z.boolean().optional().describe("whether the script names files of its own"),
};

/** Fields of a check that may go through an npm script. */
export type ScriptFields = CheckFields & {
  script?: string | undefined;
  operands?: boolean | undefined;
};

/**
 * The arguments of npm that run a project's own copy of a program: by its script, with all the flags
 * its author gave, or directly. Never downloads anything.
 *
 * @param program name of the program.
 * @param args its arguments.
 */
export function npmArgs(
  { script, operands, targets }: ScriptFields,
  program: string,
  args: readonly string[],
): string[] {
  if (script !== undefined && !(operands && targets.length > 0)) {
    return ["run", "--silent", script, "--", ...args];
  }
  return ["exec", "--loglevel=error", "--offline", "--no", "--", program, ...args];
}

/** Whether npm says that the project's own copy is not installed. */
export function notInstalled({ code, stderr }: ProgramResult): boolean {
  return code === 127 ||
    (code === 1 && /ENOTCACHED|canceled due to missing packages|could not determine executable/
      .test(stderr));
}
