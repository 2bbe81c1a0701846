import { lazy } from "../core/lazy.ts";
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

const loadGrammars = lazy<typeof import("../skills/code/grammars.ts")>(
  "../skills/code/grammars.ts",
  import.meta.url,
);

/**
 * Finds what the session needs of this package, from a checkout as from a registry.
 *
 * @param parses whether it will parse source code, for which it reads the grammars.
 */
export async function ownFiles(parses: boolean): Promise<OwnFiles> {
  const grammars = parses ? (await loadGrammars()).grammarFiles() : [];
  const { dirname } = import.meta;
  if (dirname === undefined) {
    const main = import.meta.resolve("./session_main.ts");
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
    main: own("session_main.ts"),
    config: own("../deno.json"),
    lock: own("../deno.lock"),
    files: [
      ...["../core", "../skills", "../rl", "session_learner.ts", "rl_state_file.ts"].map(own),
      ...grammars,
    ],
    registry: undefined,
  };
}
