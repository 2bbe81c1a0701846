import { type AskedKind, type Check, checkCommand } from "./_check.ts";
import { readTextProblems } from "./_text_problems.ts";

const SCRIPTS: Readonly<Record<AskedKind, string>> = { test: "test", lint: "lint", build: "build" };

/** The package's own script, of which we know nothing but how it ends. */
export function npmScript(kind: AskedKind): Check {
  return {
    id: "npm",
    kind,
    get: "install Node.js 20 or newer",
    exitCodeOnly: true,
    command: checkCommand(`Runs npm run ${SCRIPTS[kind]}`, () => ({
      program: "npm",
      args: ["run", "--silent", SCRIPTS[kind]],
    })),
    read: (result, site) => ({ problems: readTextProblems(result, site) }),
  };
}
