import { fileRole } from "./file_role.ts";
import { shownPattern } from "./_whole_name.ts";
import type { Place } from "./find_places.ts";
import { importLines } from "./find_importers.ts";

/** Where a package from outside is declared and used. */
export interface PackagePlaces {
  readonly name: string;
  /** What a search for it looks for. */
  readonly pattern: string;
  /** Lines of manifests. */
  readonly declared: readonly Place[];
  /** Lines that import it. */
  readonly imports: readonly Place[];
}

const MANIFEST =
  /(?:^|\/)(?:package\.json|deno\.jsonc?|import_map\.json|pyproject\.toml|setup\.(?:py|cfg)|[\w.-]*requirements[\w.-]*\.(?:txt|in)|requirements\/[^/]+\.(?:txt|in)|Pipfile|environment\.ya?ml|tox\.ini|go\.mod|Cargo\.toml|Gemfile|[\w.-]+\.gemspec|composer\.json|pom\.xml|build\.gradle(?:\.kts)?)$/;

/** Tables of pyproject.toml and Cargo.toml that name packages. */
const TABLE = /depend|^\s*(?:project|build-system|tool\.uv)\s*$|packages\s*$/;

/**
 * Finds a package by its whole name in the manifests and in the lines that import it.
 *
 * @param name as the package manager knows it.
 * @param texts by path.
 */
export function findPackage(name: string, texts: ReadonlyMap<string, string>): PackagePlaces {
  const word = RegExp.escape(name);
  // After the name comes its version, its end or what it is set to.
  const listed = new RegExp(
    `(?:^\\s*(?:-\\s+|require\\s+)?|["':>])${word}(?=["'\\s=<>~!;\\[@]|$)`,
    "i",
  );
  const key = new RegExp(`["/:]${word}(?:"\\s*:|@)`, "i");
  const declared = [...texts].filter(([path]) => MANIFEST.test(path)).flatMap(([path, text]) =>
    places(
      path,
      text,
      (line) => !/^\s*(?:#|\/\/)/.test(line) && (/\.jsonc?$/.test(path) ? key : listed).test(line),
    )
  );
  const imports = [...texts].filter(([path]) => ["source", "test"].includes(fileRole(path)))
    .flatMap(([path, text]) =>
      importLines(text).filter(({ names }) => names.some((each) => isOf(name, each, path)))
        .map(({ line, text }) => ({ path, line, text }))
    );
  return { name, pattern: shownPattern(name), declared, imports };
}

/** Python and Rust write `_` for `-`; a path behind the name is a part of the package. */
function isOf(name: string, imported: string, path: string): boolean {
  if (/\.(?:pyi?|rs)$/.test(path)) {
    const top = imported.split(/\.|::/)[0]!;
    return top.toLowerCase() === name.toLowerCase().replaceAll("-", "_");
  }
  const bare = imported.replace(/^(?:npm|jsr):\/?/, "").replace(/(?<=.)@[\d^~][^/]*/, "");
  return bare === name || bare.startsWith(`${name}/`);
}

/** In TOML only tables of dependencies count: others name programs, too. */
function places(path: string, text: string, fits: (line: string) => boolean): Place[] {
  let counts = true;
  return text.split("\n").flatMap((line, i) => {
    const table = path.endsWith(".toml") ? /^\s*\[+([^\[\]]+)\]+\s*(?:#.*)?$/.exec(line) : null;
    if (table) counts = TABLE.test(table[1]!);
    return counts && fits(line) ? [{ path, line: i + 1, text: line.trim().slice(0, 120) }] : [];
  });
}
