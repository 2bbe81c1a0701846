import { posix } from "node:path";
import type { Files } from "../../core/workspace/files.ts";

const README = /(^|\/)readme(\.(md|rst|txt|adoc))?$/i;
/** Lines that are headings, lists, tables, code, badges, links or markup. */
const MARKUP = /^\s*([#=|>`~-]|\*(?!\*\w)|\[!|!\[|<|\.\.|\d+\.\s|\[[^\]]+\]:)/;
/** A heading by the line under it. */
const UNDERLINED = /^(\S.*)\r?\n([=~^"'-])\2{2,}[ \t]*$/gm;
const MAX_TEXT = 400;

/**
 * The title of a folder's README and what it says first, as plain text. A README one level further
 * down counts when there is none in the folder itself.
 *
 * @param paths all files of the folder.
 * @returns undefined when there is no README.
 */
export async function readmeSummary(
  files: Files,
  folder: string,
  paths: readonly string[],
): Promise<string | undefined> {
  const [path] = paths.filter((path) => README.test(path))
    .toSorted((a, b) => levels(a) - levels(b));
  if (path === undefined || levels(path) > levels(posix.join(folder, "x")) + 1) return undefined;
  const text = await files.readText(path, { range: [0, 16_384] }).catch(() => "");
  const plain = text.replace(/<!--.*?-->|^[ \t]*(`{3,}|~{3,}).*?^[ \t]*\1/gms, "");
  const title = /^#\s+(.+)$/m.exec(plain)?.[1] ?? [...plain.matchAll(UNDERLINED)][0]?.[1] ?? "";
  const said =
    plain.replace(UNDERLINED, "").split(/\n\s*\n/).map(prose).find((text) => text.length >= 20) ??
      "";
  return [inline(title), said].filter((part) => part !== "").join(". ");
}

function prose(paragraph: string): string {
  const lines = paragraph.split(/\r?\n/).filter((line) => !MARKUP.test(line));
  const text = inline(lines.join(" "));
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}...`;
}

function inline(text: string): string {
  return text
    .replace(/!\[[^\]]*\](\([^)]*\)|\[[^\]]*\])/g, "")
    .replace(/\[([^\]]*)\](\([^)]*\)|\[[^\]]*\])/g, "$1")
    .replace(/<[^>]+>|[*`]{1,3}|(?<!\w)_|_(?!\w)/g, "")
    .replace(/\s+/g, " ").trim();
}

function levels(path: string): number {
  return path.split("/").length;
}
