import { posix } from "node:path";
import { fileRole } from "./file_role.ts";

/** Files by their bare name, for {@linkcode companionTests} and {@linkcode testedFiles}. */
export type CompanionIndex = ReadonlyMap<string, readonly string[]>;

/**
 * Indexes the source and test files of a workspace by what they are about: `parser.ts`,
 * `parser_test.ts`, `test_parser.py` and `ParserTest.java` are all about `parser`.
 *
 * @param paths relative to the root, with `/`.
 */
export function indexCompanions(paths: readonly string[]): CompanionIndex {
  const code = paths.filter((path) => ["source", "test"].includes(fileRole(path)));
  return Map.groupBy(code, subject);
}

/**
 * The tests that by their names belong to a source file, nearest first.
 *
 * @param path of the source file.
 */
export function companionTests(path: string, index: CompanionIndex): string[] {
  return companions(path, index, "test");
}

/**
 * Whether a file holds tests to run, rather than helpers and data for them.
 *
 * @param path relative to the root, with `/`.
 */
export function isRunnableTest(path: string): boolean {
  if (fileRole(path) !== "test") return false;
  const name = posix.basename(path);
  return !/^_|^(conftest|__init__|setup|helpers?|utils?|fixtures?)\./.test(name) &&
    !/(^|\/)(fixtures?|testdata|data|helpers?|support)\//.test(path);
}

/**
 * The source files that by its name a test belongs to, nearest first.
 *
 * @param path of the test.
 */
export function testedFiles(path: string, index: CompanionIndex): string[] {
  return companions(path, index, "source");
}

function companions(path: string, index: CompanionIndex, role: "test" | "source"): string[] {
  const own = posix.extname(path);
  const shared = (other: string) => sharedFolders(path, other);
  return (index.get(subject(path)) ?? [])
    .filter((other) => other !== path && fileRole(other) === role && related(own, other))
    .filter((other) => role === "source" || isRunnableTest(other))
    .sort((a, b) => shared(b) - shared(a) || (a < b ? -1 : 1));
}

/** Tests may be TypeScript for JavaScript, and the like. */
function related(ending: string, other: string): boolean {
  const script = /^\.[cm]?[jt]sx?$/;
  const its = posix.extname(other);
  return its === ending || (script.test(its) && script.test(ending));
}

function subject(path: string): string {
  const name = posix.basename(path).replace(/\.[^.]+$/, "");
  const bare = name
    .replace(/^test_|[_.](test|spec)s?$|(?<=[a-z])Tests?$|^Test(?=[A-Z])/, "")
    .toLowerCase();
  // An entry file is about its folder.
  return /^(index|mod|__init__|lib)$/.test(bare)
    ? posix.basename(posix.dirname(path)).toLowerCase()
    : bare;
}

function sharedFolders(a: string, b: string): number {
  const [left, right] = [a.split("/"), b.split("/")];
  const differ = left.findIndex((part, i) => part !== right[i]);
  return differ < 0 ? left.length : differ;
}
