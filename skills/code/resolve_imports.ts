import { posix } from "node:path";
import { type Language, languageOf } from "./grammars.ts";

/** Finds the file, in Go the folder, that an import means; undefined when it is not in the workspace. */
export type ImportResolver = (from: string, name: string) => string | undefined;

const SCRIPT_ENDINGS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".d.ts"];

/**
 * Makes a resolver over the files of a workspace. It goes by paths alone: no configuration of a
 * build tool is read, so aliases stay unresolved.
 */
export function resolveImports(paths: readonly string[]): ImportResolver {
  const known = new Set(paths);
  const goFolders = new Set(
    paths.filter((path) => path.endsWith(".go")).map((path) => posix.dirname(path)),
  );
  const bySuffix = suffixIndex(paths);
  const first = (candidates: readonly string[]) => candidates.find((path) => known.has(path));
  const resolvers: Readonly<Record<Language, ImportResolver>> = {
    typescript: script,
    tsx: script,
    javascript: script,
    python,
    go: (_, name) => goPackage(name),
    rust,
    java: (_, name) => java(name),
  };
  return (from, name) => {
    const language = languageOf(from);
    return language === undefined ? undefined : resolvers[language](from, name);
  };

  function script(from: string, name: string): string | undefined {
    if (!/^\.{0,2}\//.test(name)) return undefined;
    const base = posix.join(name.startsWith("/") ? "." : posix.dirname(from), name);
    // TypeScript writes `./a.js` for `a.ts`.
    const bare = base.replace(/\.[cm]?jsx?$/, "");
    return first([
      base,
      ...SCRIPT_ENDINGS.flatMap((ending) => [base + ending, bare + ending]),
      ...SCRIPT_ENDINGS.map((ending) => posix.join(base, `index${ending}`)),
    ]);
  }

  function python(from: string, name: string): string | undefined {
    const dots = /^\.*/.exec(name)![0].length;
    const parts = name.slice(dots).split(".").filter((part) => part !== "").join("/");
    if (dots > 0) {
      const base = posix.join(posix.dirname(from), "../".repeat(dots - 1), parts);
      return first([`${base}.py`, posix.join(base, "__init__.py"), `${base}.pyi`]);
    }
    return first(
      pythonRoots(from).flatMap((root) => [
        posix.join(root, `${parts}.py`),
        posix.join(root, parts, "__init__.py"),
      ]),
    );
  }

  /** Where Python may look: the folder of a script, those above it, and the usual `src`. */
  function pythonRoots(from: string): string[] {
    const own = posix.dirname(from);
    const roots = ["src", "lib"];
    for (let folder = own;; folder = posix.dirname(folder)) {
      if (!known.has(posix.join(folder, "__init__.py"))) roots.unshift(folder);
      if (folder === ".") return roots;
    }
  }

  function rust(from: string, name: string): string | undefined {
    const parts = name.replace(/\s+as\s+\w+$|::\{.*$|::\*$/s, "").split("::");
    const folder = /(^|\/)(mod|lib|main)\.rs$/.test(from)
      ? posix.dirname(from)
      : from.replace(/\.rs$/, "");
    const bases: Readonly<Record<string, string>> = {
      self: folder,
      super: posix.dirname(folder),
      crate: /^(.*?\/)??src(?=\/)/.exec(from)?.[0] ?? "src",
    };
    const base = bases[parts[0]!];
    if (base === undefined) return undefined;
    // The last parts may be names inside the module.
    for (let length = parts.length; length > 1; length--) {
      const path = posix.join(base, ...parts.slice(1, length));
      const found = first([`${path}.rs`, `${path}/mod.rs`]);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  function goPackage(name: string): string | undefined {
    // Packages of the standard library have no dot in front.
    const parts = name.split("/");
    if (!parts[0]!.includes(".")) return undefined;
    return parts.map((_, from) => parts.slice(from).join("/")).find((path) => goFolders.has(path));
  }

  function java(name: string): string | undefined {
    const parts = name.split(".");
    return bySuffix(`${parts.join("/")}.java`) ?? bySuffix(`${parts.slice(0, -1).join("/")}.java`);
  }
}

/** Finds the shortest path that is a suffix's own or ends with `/` and the suffix. */
function suffixIndex(paths: readonly string[]): (suffix: string) => string | undefined {
  const byName = Map.groupBy(paths, (path) => posix.basename(path));
  return (suffix) =>
    byName.get(posix.basename(suffix))
      ?.filter((path) => path === suffix || path.endsWith(`/${suffix}`))
      .reduce<string | undefined>(
        (best, path) => !best || path.length < best.length ? path : best,
        undefined,
      );
}
