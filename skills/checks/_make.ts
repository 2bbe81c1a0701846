import { z } from "zod";
import type { Files } from "../../core/workspace/files.ts";
import {
  type AskedKind,
  type Check,
  checkCommand,
  type Choice,
  type Family,
  readOptional,
} from "./_check.ts";
import { readTextProblems } from "./_text_problems.ts";

/** The targets that mean each kind, the usual name first. */
const TARGETS = {
  test: ["test", "check", "tests"],
  lint: ["lint", "check-lint"],
  build: ["build", "all", "compile"],
} as const satisfies Record<AskedKind, readonly string[]>;

const MARKERS = ["GNUmakefile", "makefile", "Makefile"];

/** A target of the project's Makefile: only its exit code is known. */
export function makeTarget(kind: AskedKind): Check {
  return {
    id: "make",
    kind,
    get: "install GNU make",
    exitCodeOnly: true,
    command: checkCommand(
      `Runs make ${TARGETS[kind][0]}`,
      ({ target }) => ({ program: "make", args: ["--no-print-directory", target] }),
      { target: z.enum(TARGETS[kind]) },
    ),
    read: (result, site) => ({ problems: readTextProblems(result, site) }),
  };
}

/** Projects with a Makefile that has a target of the kind. */
export const make: Family = {
  name: "make",
  markers: MARKERS,
  endings: [],
  async choices(kind: AskedKind, dir: string, files: Files): Promise<Choice[]> {
    const texts = await Promise.all(MARKERS.map((name) => readOptional(files, dir, name)));
    const text = texts.find((one) => one !== undefined) ?? "";
    const target = TARGETS[kind].find((name) => new RegExp(`^${name}\\s*::?(?!=)`, "m").test(text));
    return target ? [{ check: makeTarget(kind), fields: { target } }] : [];
  },
};
