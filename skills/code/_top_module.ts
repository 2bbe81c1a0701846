import { languageOf } from "./grammars.ts";

/**
 * The module that an import names, without what is inside it: `os` for Python's `os.path`, `react`
 * for `react/jsx-runtime`, `java.util` for `java.util.List`. Relative imports stay as written.
 *
 * @param path the importing file: decides the language.
 * @param name the import as written.
 */
export function topModule(path: string, name: string): string {
  switch (languageOf(path)) {
    case "python":
      return name.startsWith(".") ? name : name.split(".", 1)[0]!;
    case "rust":
      return /^(?:(?:crate|self|super)::)*\w+/.exec(name)?.[0] ?? name;
    case "java":
      return /^[a-z_]\w*(?:\.[a-z_]\w*)*(?=\.[A-Z]|$)/.exec(name)?.[0] ?? name;
    case "typescript":
    case "tsx":
    case "javascript":
      return /^(?:(?:npm|jsr):)?(?:@[^/]+\/)?[^./@][^/@]*/.exec(name)?.[0] ?? name;
    default:
      return name;
  }
}
