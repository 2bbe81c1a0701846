import { UserError } from "../errors.ts";
import { isSecretPath } from "./path_class.ts";
import type { PathGuard } from "./paths.ts";

/** What stands between a path and the rest of an argument: `--file=x`, `HEAD:x`, `@x`, `src=x,ro`. */
const JOINTS = /[=:,;@]/;

/**
 * Finds the argument of a command that names a file no tool opens: as it is, behind an option, or
 * through a link. The program would read it with the rights of the person.
 *
 * @returns the argument; undefined when there is none.
 */
export function namesDenied(args: readonly string[], guard: PathGuard): string | undefined {
  return args.find((arg) => paths(arg).some((path) => isDenied(path, guard)));
}

/** What in an argument may be a path. */
function paths(arg: string): string[] {
  const glued = /^-[A-Za-z](?=[^-])/.test(arg) ? [arg.slice(2)] : [];
  return [arg, ...glued, ...arg.split(JOINTS)].filter((path) => path !== "");
}

function isDenied(path: string, guard: PathGuard): boolean {
  if (isSecretPath(path)) return true;
  try {
    guard.check(path, "read");
    return false;
  } catch (error) {
    if (error instanceof UserError) return error.rule === "path.denied";
    throw error;
  }
}
