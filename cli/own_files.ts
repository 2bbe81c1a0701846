import { UserError } from "../core/errors.ts";
import { lazy } from "../core/lazy.ts";
import { BUILT_FROM } from "./built.ts";
import type { JailPlan } from "../core/safety/jail.ts";
import { isBelow, resolvePath } from "../core/workspace/resolve_path.ts";

/**
 * Where our own modules are: in a checkout, in a build, or in a registry's cache. `ownFiles` are those
 * that the session reads at run time: modules of tools, grammars.
 */
export type OwnFiles =
  & Pick<JailPlan, "main" | "eager">
  & Required<{ readonly [K in "config" | "lock" | "registry"]: string | undefined }>
  & { readonly ownFiles: readonly string[] };

const loadGrammars = lazy<typeof import("../skills/code/grammar_files.ts")>(
  "../skills/code/grammar_files.ts",
  import.meta.url,
);

/** What a process of ours is, and what of `cli` it may read beside the rooms. */
interface OwnProcess {
  readonly main: string;
  readonly reads: readonly string[];
}

const SESSION: OwnProcess = {
  main: "session_main.ts",
  reads: [
    "../core",
    "../skills",
    "../streaming",
    "../rl",
    "session_learner.ts",
    "rl_state_file.ts",
  ],
};

/** A service: `up`, `serve`, `worker` and their like. */
export const SERVICE: OwnProcess = {
  main: "service/service_main.ts",
  reads: ["../core", "../skills", "../rl", "../streaming", "../server", "service", "protocol.ts"],
};

/**
 * Finds what the session needs of this package, from a checkout as from a registry.
 *
 * @param parses whether it will parse source code, for which it reads the grammars.
 * @param process which process. Default a session.
 */
export async function ownFiles(
  parses: boolean,
  process: OwnProcess = SESSION,
): Promise<OwnFiles> {
  const { dirname } = import.meta;
  if (BUILT_FROM !== undefined) return builtFiles(dirname!.replaceAll("\\", "/"), process);
  const grammars = parses ? (await loadGrammars()).grammarFiles() : [];
  if (dirname === undefined) {
    const main = import.meta.resolve(`./${process.main}`);
    return {
      main,
      config: undefined,
      lock: undefined,
      ownFiles: grammars,
      registry: new URL(main).host,
    };
  }
  const own = (path: string) => resolvePath(dirname.replaceAll("\\", "/"), path);
  return {
    main: own(process.main),
    config: own("../deno.json"),
    lock: own("../deno.lock"),
    ownFiles: [
      ...process.reads.map(own),
      ...grammars,
    ],
    registry: undefined,
  };
}

/**
 * In a build, what runs in a jail has a folder of its own, with all that it reads; the packages are
 * those of the checkout it was made from.
 */
function builtFiles(folder: string, { main }: OwnProcess): OwnFiles {
  if (!isBelow(`${BUILT_FROM}/dist`, folder)) {
    throw new UserError("failed", `this build was made in ${BUILT_FROM}, and lies in ${folder}`, {
      hint: 'run "deno task build" in the checkout it is to be used from',
    });
  }
  return {
    main: `${folder}/jail/${main.replace(/^.*\/|\.ts$/g, "")}.js`,
    config: `${BUILT_FROM}/deno.json`,
    lock: `${BUILT_FROM}/deno.lock`,
    ownFiles: [`${folder}/jail`],
    registry: undefined,
    eager: true,
  };
}
