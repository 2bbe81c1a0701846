import { UserError } from "../errors.ts";
import { sha256 } from "../workspace/sha256.ts";
import { executableConfig } from "./executable_config.ts";
import { createPathGuard } from "./paths.ts";
import { readGuarded } from "./read_guarded.ts";

/** Largest file that is looked at, in bytes. */
const MAX_FILE = 16 * 1024 * 1024;

/**
 * All that a workspace has a say in when a command runs there: the settings of its program that are
 * run, and each file that one of its words names, with its hash. What those load in turn is not seen.
 *
 * @param root real path of the workspace.
 * @param command program and arguments.
 * @returns one text for each, for {@linkcode trust} to be given to.
 */
export async function commandSources(root: string, command: readonly string[]): Promise<string[]> {
  const program = command[0]?.split("/").at(-1) ?? "";
  const files = await Promise.all(command.map((word) => fileLine(root, word)));
  return [executableConfig(root, program), ...files].filter((part) => part !== "");
}

async function fileLine(root: string, given: string): Promise<string> {
  const word = given.startsWith("-") ? given.split("=").slice(1).join("=") : given;
  if (word === "" || !isFile(word.startsWith("/") ? word : `${root}/${word}`)) return "";
  try {
    const bytes = readGuarded(createPathGuard(root), word, { maxBytes: MAX_FILE });
    return `${word}\nsha256 ${await sha256(bytes)}`;
  } catch (error) {
    if (error instanceof UserError) return `${word}\n${error.rule ?? "not readable"}`;
    throw error;
  }
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
