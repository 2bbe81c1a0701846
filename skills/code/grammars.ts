/** A language the parser knows. `tsx` is a grammar of its own: `.ts` files parse wrongly with it. */
export type Language = "typescript" | "tsx" | "javascript" | "python" | "go" | "rust" | "java";

const EXTENSIONS: Readonly<Record<string, Language>> = {
  ts: "typescript",
  mts: "typescript",
  cts: "typescript",
  tsx: "tsx",
  js: "javascript",
  jsx: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  py: "python",
  pyi: "python",
  go: "go",
  rs: "rust",
  java: "java",
};

/**
 * The language of a file, by its extension.
 *
 * @param path the file's name or path.
 * @returns undefined when there is no grammar for it.
 */
export function languageOf(path: string): Language | undefined {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase();
  return extension !== undefined && Object.hasOwn(EXTENSIONS, extension)
    ? EXTENSIONS[extension]
    : undefined;
}
