import type { Files } from "../../core/workspace/files.ts";
import type { Suppression } from "../../core/check_report.ts";

/** Most files that are looked through; of a larger project nothing is counted. */
const MAX_FILES = 5_000;

/** Larger files are generated, not written. Bytes. */
const MAX_BYTES = 1_000_000;

/** How such comments look in a language. */
interface Form {
  /** Their words, which are rare; the first group is the kind. */
  readonly word: RegExp;
  /** What stands before the word on its line. */
  readonly before: RegExp;
}

const JAVASCRIPT: Form = {
  word: /\b(deno-lint-ignore|eslint-disable|biome-ignore|ts-ignore|ts-expect-error|ts-nocheck)\b/g,
  before: /\/[/*]/,
};
const PYTHON: Form = {
  word:
    /\b(noqa|type: *ignore|pyright: *(?:ignore|basic)|mypy: *ignore-errors|pylint: *disable)\b/g,
  before: /#/,
};
const FORMS: Readonly<Record<string, Form>> = {
  ...Object.fromEntries(
    ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "vue", "svelte"].map((ending) => [
      ending,
      JAVASCRIPT,
    ]),
  ),
  py: PYTHON,
  pyi: PYTHON,
  rs: { word: /\b(allow|expect)\(/g, before: /#!?\[$/ },
  go: { word: /\b(nolint|lint:ignore|lint:file-ignore)\b/g, before: /\/\// },
  java: { word: /@(SuppressWarnings)\b/g, before: /^/ },
};

/** The comments of a text that silence a linter or compiler, by the file's ending. */
export function suppressionsIn(file: string, text: string): Suppression[] {
  const form = FORMS[file.slice(file.lastIndexOf(".") + 1)];
  if (form === undefined) return [];
  return [...text.matchAll(form.word)].flatMap(({ index, 1: word }) => {
    const start = text.lastIndexOf("\n", index - 1) + 1;
    if (!form.before.test(text.slice(start, index))) return [];
    const line = text.slice(0, start).split("\n").length;
    return [{ file, line, kind: word!.replaceAll(" ", "") }];
  });
}

/**
 * Counts such comments below folders and in files.
 *
 * @param endings of the files to look through.
 * @returns undefined where there is nothing to look through, or too much.
 */
export async function findSuppressions(
  files: Files,
  paths: readonly string[],
  endings: readonly string[],
  signal: AbortSignal,
): Promise<Suppression[] | undefined> {
  const include = endings.filter((ending) => ending in FORMS).map((ending) => `*.${ending}`);
  if (include.length === 0) return undefined;
  const found = new Map<string, Suppression[]>();
  for (const path of paths) {
    for await (const batch of files.walk({ path, include, signal })) {
      await Promise.all(batch.map(async ({ path }) => {
        // A file that cannot be read hides nothing from a linter that could.
        const text = await files.readText(path, { maxBytes: MAX_BYTES }).catch(() => "");
        found.set(path, suppressionsIn(path, text));
      }));
      if (found.size > MAX_FILES) return undefined;
    }
  }
  return [...found.keys()].sort().flatMap((path) => found.get(path)!);
}
