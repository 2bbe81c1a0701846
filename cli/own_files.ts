import { lazy } from "../core/lazy.ts";
import { BUILT_FROM } from "./built.ts";
import { resolvePath } from "../core/workspace/resolve_path.ts";

/** Where our own modules are: in a checkout, or in a registry's cache. */
export interface OwnFiles {
  /** The session's module: a path or a URL. */
  readonly main: string;
  /** Our `deno.json`, in a checkout. */
  readonly config: string | undefined;
  /** Our `deno.lock`, in a checkout. */
  readonly lock: string | undefined;
  /** Files and folders of ours that the session reads at run time: modules of tools, grammars. */
  readonly files: readonly string[];
  /** The registry our modules come from, as `host:port`; undefined in a checkout. */
  readonly registry: string | undefined;
}

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
      files: grammars,
      registry: new URL(main).host,
    };
  }
  const own = (path: string) => resolvePath(dirname.replaceAll("\\", "/"), path);
  return {
    main: own(process.main),
    config: own("../deno.json"),
    lock: own("../deno.lock"),
    files: [
      ...process.reads.map(own),
      ...grammars,
    ],
    registry: undefined,
  };
}

/** A build keeps all of ours in one folder, and the packages of the checkout it was made from. */
function builtFiles(folder: string, { main }: OwnProcess): OwnFiles {
  return {
    main: `${folder}/${main.replace(/^.*\/|\.ts$/g, "")}.js`,
    config: `${BUILT_FROM}/deno.json`,
    lock: `${BUILT_FROM}/deno.lock`,
    files: [folder],
    registry: undefined,
  };
}
