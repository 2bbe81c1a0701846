import { delimiter, isAbsolute, join, sep } from "node:path";
import { isBelow, resolvePath } from "../workspace/resolve_path.ts";

/** Folders that toolchains keep under HOME, by the variable that moves them. */
const TOOLCHAIN_FOLDERS: Readonly<Record<string, string>> = {
  CARGO_HOME: ".cargo",
  RUSTUP_HOME: ".rustup",
  GOPATH: "go",
  GOCACHE: ".cache/go-build",
  DENO_DIR: ".cache/deno",
  npm_config_cache: ".npm",
  GRADLE_USER_HOME: ".gradle",
  PYENV_ROOT: ".pyenv",
  VOLTA_HOME: ".volta",
};

/** Variables that are taken over when they hold an absolute path. */
const PATH_VARIABLES = ["JAVA_HOME", "VIRTUAL_ENV", "NVM_DIR"] as const;

/** Variables that say how to print, and nothing else. */
const LOCALE_VARIABLES = ["LANG", "LC_ALL", "LC_CTYPE", "TZ"] as const;

/** What {@linkcode childEnv} needs to know. */
export interface ChildEnvOptions {
  /** The launcher's own environment, read only by the names listed here. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Private folder of the run: becomes HOME and TMPDIR. */
  readonly scratch: string;
  /** Real path of the workspace: PATH entries inside it are dropped. */
  readonly root: string;
}

/**
 * Builds the environment of a child program from a list, so that no key, token or hook variable is
 * ever inherited. HOME is a scratch folder; toolchains find their caches by their own variables.
 */
export function childEnv({ env, scratch, root }: ChildEnvOptions): Record<string, string> {
  const built: Record<string, string> = {
    PATH: searchPath(env.PATH ?? "", root).join(delimiter),
    HOME: scratch,
    TMPDIR: scratch,
    TERM: "dumb",
    NO_COLOR: "1",
    CI: "1",
  };
  for (const name of LOCALE_VARIABLES) {
    const value = env[name];
    if (value && /^[\w.@:/+-]+$/.test(value)) built[name] = value;
  }
  for (const name of PATH_VARIABLES) {
    const value = env[name];
    if (value && isAbsolute(value)) built[name] = value;
  }
  for (const [name, folder] of Object.entries(TOOLCHAIN_FOLDERS)) {
    const value = env[name] ?? (env.HOME ? join(env.HOME, folder) : undefined);
    if (value && isAbsolute(value)) built[name] = value;
  }
  return built;
}

/**
 * The folders of a PATH in which programs may be looked up: absolute, and not inside the workspace,
 * where a checkout could plant its own `git`, nor links that lead into it.
 *
 * @param path the value of PATH.
 * @param root real path of the workspace.
 */
export function searchPath(path: string, root: string): string[] {
  return path.split(delimiter).filter((folder) =>
    isAbsolute(folder) && !leadsInto(root, folder) && !leadsInto(root, realPath(folder))
  );
}

function leadsInto(root: string, path: string): boolean {
  return isBelow(root, resolvePath(root, path.replaceAll(sep, "/")));
}

/** What does not exist stays as it is. */
function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}
