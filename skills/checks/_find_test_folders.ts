import { posix } from "node:path";
import type { Files } from "../../core/workspace/files.ts";
import type { Family } from "./_check.ts";
import { node } from "./_node.ts";
import { python } from "./_python.ts";

/** Names of test files of the families that can do without a project file. */
const PATTERNS: readonly (readonly [Family, RegExp])[] = [
  [python, /^(?:test_.*|.*_test)\.py$/],
  [node, /\.test\.[cm]?js$/],
];

const INCLUDE = ["test_*.py", "*_test.py", "*.test.js", "*.test.mjs", "*.test.cjs"];

/** How many levels below the root to look, and how many folders are enough. */
const DEPTH = 4;
const MAX_FOLDERS = 10;

/** A folder that tests can be run in. */
export interface TestFolder {
  readonly family: Family;
  /** Relative to the root. */
  readonly dir: string;
}

/**
 * Finds folders with tests by the names of test files alone. A folder `tests` counts for the one it
 * is in; of folders inside each other the outer one counts.
 */
export async function findTestFolders(files: Files): Promise<TestFolder[]> {
  const found = new Map<string, TestFolder>();
  for await (const batch of files.walk({ include: INCLUDE, depth: DEPTH })) {
    for (const { path } of batch) {
      const family = PATTERNS.find(([, name]) => name.test(posix.basename(path)))?.[0];
      if (family === undefined) continue;
      const dir = /^(.*?)(?:(?:^|\/)(?:tests?|__tests__)(?:\/.*)?)?$/.exec(
        posix.dirname(path),
      )![1]!;
      const folder = { family, dir: dir === "" ? "." : dir };
      found.set(`${family.name} ${folder.dir}`, folder);
    }
  }
  const all = [...found.values()].sort((a, b) => a.dir < b.dir ? -1 : a.dir > b.dir ? 1 : 0);
  const isInner = ({ family, dir }: TestFolder) =>
    all.some((other) =>
      other.family === family && other.dir !== dir &&
      (other.dir === "." || dir.startsWith(`${other.dir}/`))
    );
  return all.filter((folder) => !isInner(folder)).slice(0, MAX_FOLDERS);
}
