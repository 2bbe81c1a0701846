import { fileURLToPath } from "node:url";
import { grammarFiles } from "../skills/code/grammars.ts";

/** Where our own modules are: in a checkout, or in a registry's cache. */
export interface OwnFiles {
  /** The session's module: a path or a URL. */
  readonly main: string;
  /** Our `deno.json`, in a checkout. */
  readonly config: string | undefined;
  /** Files of ours that the session reads at run time. */
  readonly files: readonly string[];
}

/** Finds what the session needs of this package, from a checkout as from a registry. */
export function ownFiles(): OwnFiles {
  const main = import.meta.resolve("./session_main.ts");
  const files = grammarFiles();
  if (!main.startsWith("file:")) return { main, config: undefined, files };
  return {
    main: fileURLToPath(main),
    config: fileURLToPath(import.meta.resolve("../deno.json")),
    files,
  };
}
