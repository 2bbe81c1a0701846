import { posix } from "node:path";
import type { ReadSite } from "./_check.ts";

/** Folders with code of others. */
const FOREIGN = /(^|\/)(node_modules|site-packages|\.venv|venv)\//;

/** A place in a file of the workspace. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/**
 * A path as a tool wrote it, relative to the workspace's root.
 *
 * @param path absolute, a file URL, or relative to the folder the tool ran in.
 * @returns undefined for a path outside the workspace.
 */
export function workspacePath(path: string, { files, dir }: ReadSite): string | undefined {
  const plain = path.startsWith("file://") ? decode(path.slice("file://".length)) : path;
  const full = posix.resolve(files.root, dir, plain);
  const below = posix.relative(files.root, full);
  return below === "" || below === ".." || below.startsWith("../") ? undefined : below;
}

/**
 * Finds the first place of the project's own code in a stack trace or message.
 *
 * @param text may hold `file:///x.ts:1:2`, `/x/y.py:3`, `at f (src/x.js:4:5)`.
 */
export function locate(text: string, site: ReadSite): Place | undefined {
  return placesIn(text, site).next().value ?? undefined;
}

/** Every place of the project's own code in a stack trace or message, in its order. */
export function locateAll(text: string, site: ReadSite): Place[] {
  return [...placesIn(text, site)];
}

function* placesIn(text: string, site: ReadSite): Generator<Place, undefined> {
  // A message can be a megabyte of one word, on which the pattern is slow.
  const start = text.slice(0, 20_000);
  for (const match of start.matchAll(/((?:file:\/\/)?[^\s()'"<>:]*\.[a-zA-Z]\w*):(\d+)(?=\D|$)/g)) {
    const file = workspacePath(match[1]!, site);
    if (file !== undefined && !FOREIGN.test(file)) yield { file, line: Number(match[2]) };
  }
  return undefined;
}

/**
 * Colours; in XML, which may not hold an escape, a stand-in is left of it (the last is pytest's).
 */
// deno-lint-ignore no-control-regex -- the escape is what is looked for
const COLOR = /(?:[\u001b\ufffd]|#x1B)\[[\d;]*m/g;

/** The first lines of a message that say something, without stack frames and colours. */
export function headline(text: string, lines = 12): string {
  const kept = text.replace(COLOR, "").split(/\r?\n/).filter((line) =>
    !/^\s*at (\S|<).*/.test(line)
  );
  const cut = kept.join("\n").trim().split("\n").slice(0, lines).join("\n");
  return cut.length > 2_000 ? `${cut.slice(0, 2_000)}...` : cut;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
