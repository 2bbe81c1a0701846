import { fileURLToPath } from "node:url";
import { lazy } from "../core/lazy.ts";

/** Where our own modules are: in a checkout, or in a registry's cache. */
export interface OwnFiles {
  /** The session's module: a path or a URL. */
  readonly main: string;
  /** Our `deno.json`, in a checkout. */
  readonly config: string | undefined;
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
  const main = import.meta.resolve("./session_main.ts");
  const grammars = parses ? (await loadGrammars()).grammarFiles() : [];
  if (!main.startsWith("file:")) {
    const { host } = new URL(main);
    return { main, config: undefined, files: grammars, registry: host };
  }
  const path = (specifier: string) => fileURLToPath(import.meta.resolve(specifier));
  return {
    main: path("./session_main.ts"),
    config: path("../deno.json"),
    files: [path("../core"), path("../skills"), ...grammars],
    registry: undefined,
  };
}
