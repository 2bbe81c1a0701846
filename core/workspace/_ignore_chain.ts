import { byteString, compileIgnore, type IgnoreRules } from "./gitignore.ts";

/** Larger ignore files are taken for a mistake or an attack, and left unread. Bytes. */
const MAX_IGNORE_BYTES = 1024 * 1024;

/** The ignore files of one folder, and through `parent` those of the folders above it. */
export interface IgnoreChain {
  readonly parent: IgnoreChain | undefined;
  /** Length of the folder's path with its final slash, as a byte string. */
  readonly base: number;
  /** A repository of its own: git's rules from above end here. */
  readonly repository: boolean;
  readonly ignore: IgnoreRules | undefined;
  readonly gitignore: IgnoreRules | undefined;
  readonly exclude: IgnoreRules | undefined;
}

/** Names that {@linkcode extendChain} wants to know about. */
export const IGNORE_FILES: ReadonlySet<string> = new Set([".git", ".gitignore", ".ignore"]);

/** A folder with ignore files. */
export interface IgnoreFolder {
  /** Absolute path of the workspace. */
  readonly root: string;
  /** Relative to the root, with a final `/`; empty for the root. */
  readonly folder: string;
  /** Which of {@linkcode IGNORE_FILES} it holds. */
  readonly names: ReadonlySet<string>;
  /** Told of an ignore file that could not be read; it counts as absent. */
  readonly onSkip: (file: string, error: unknown) => void;
}

/** Adds a folder's ignore files to the chain. */
export function extendChain(
  parent: IgnoreChain | undefined,
  { root, folder, names, onSkip }: IgnoreFolder,
): IgnoreChain {
  const read = (mark: string, name = mark) => {
    if (!names.has(mark)) return undefined;
    try {
      return readRules(`${root}/${folder}${name}`);
    } catch (error) {
      onSkip(folder + name, error);
      return undefined;
    }
  };
  return {
    parent,
    base: byteString(folder).length,
    repository: names.has(".git"),
    ignore: read(".ignore"),
    gitignore: read(".gitignore"),
    exclude: read(".git", ".git/info/exclude"),
  };
}

/**
 * What the rules say about a path: `.ignore` files come before git's, deeper files before higher
 * ones, `.git/info/exclude` last.
 *
 * @param path byte string, relative to the workspace's root.
 * @returns true: left out; false: explicitly taken in; undefined: no rule matches.
 */
export function decide(
  chain: IgnoreChain | undefined,
  path: string,
  isFolder: boolean,
): boolean | undefined {
  let git: boolean | undefined;
  let exclude: boolean | undefined;
  let inRepository = true;
  for (let link = chain; link !== undefined; link = link.parent) {
    const below = link.base === 0 ? path : path.slice(link.base);
    const first = link.ignore?.decide(below, isFolder);
    if (first !== undefined) return first;
    if (!inRepository) continue;
    git ??= link.gitignore?.decide(below, isFolder);
    exclude ??= link.exclude?.decide(below, isFolder);
    inRepository = !link.repository;
  }
  return git ?? exclude;
}

function readRules(file: string): IgnoreRules | undefined {
  const info = statFile(file);
  if (info === undefined) return undefined;
  if (info.size > MAX_IGNORE_BYTES) throw new Error(`larger than ${MAX_IGNORE_BYTES} bytes`);
  return compileIgnore(byteString(Deno.readTextFileSync(file)));
}

/** Of a regular file, not of a link: git does not follow linked ignore files either. */
function statFile(file: string): Deno.FileInfo | undefined {
  try {
    const info = Deno.lstatSync(file);
    return info.isFile ? info : undefined;
  } catch {
    return undefined;
  }
}
