/** A file that decides how a change is graded, and was touched by it. */
export interface TamperedFile {
  /** Relative to the workspace's root, with `/`. */
  readonly path: string;
  /** To grade, write back what was changed or deleted, and remove what was added. */
  readonly how: "changed" | "deleted" | "added";
}

/** Options of {@linkcode tamperedFiles}. */
export interface TamperedFilesOptions {
  /** Paths that the task itself is to change. Default none. */
  readonly allowed?: Iterable<string>;
}

const TEST = new RegExp(
  String.raw`(?:^|/)(?:(?:tests?|__tests__|specs?|testdata|fixtures|__snapshots__)/.*|` +
    String.raw`test_[^/]*\.pyi?|[^/]*[._](?:test|tests|spec)\.\w+|tests\.py|[^/]*\.snap)$`,
);

/** What a runner, linter or build reads beside the tests: one alternative for each family. */
const RULES = new RegExp(
  [
    String
      .raw`(?:^|/)(?:conftest\.py|pytest\.ini|tox\.ini|setup\.(?:cfg|py)|pyproject\.toml|noxfile\.py)$`,
    String.raw`(?:^|/)(?:sitecustomize\.py|usercustomize\.py|[^/]*\.pth)$`,
    String.raw`(?:^|/)(?:\.?(?:ruff|flake8|pylintrc)(?:\.toml)?|\.?mypy\.ini|pyrightconfig\.json)$`,
    String.raw`(?:^|/)(?:package\.json|deno\.jsonc?|tsconfig[^/]*\.json|biome\.jsonc?|\.npmrc)$`,
    String.raw`(?:^|/)(?:vitest|vite|jest|mocha|babel|ava|playwright|eslint)\.[^/]*\.\w+$`,
    String.raw`(?:^|/)\.(?:mocharc|eslintrc|eslintignore|babelrc|swcrc|nycrc|c8rc)[^/]*$`,
    String.raw`(?:^|/)(?:Cargo\.toml|build\.rs|clippy\.toml|\.clippy\.toml|rust-toolchain[^/]*)$`,
    String.raw`(?:^|/)\.cargo/|(?:^|/)\.config/nextest\.toml$`,
    String.raw`(?:^|/)(?:go\.mod|go\.work|\.golangci\.\w+|pom\.xml|build\.gradle[^/]*)$`,
    String.raw`(?:^|/)(?:GNUmakefile|[Mm]akefile|[^/]*\.mk|[Jj]ustfile|Taskfile\.\w+)$`,
    String.raw`(?:^|/)(?:\.github|\.gitlab|\.circleci|\.buildkite|\.husky|\.ci|scripts?|ci)/`,
    String.raw`(?:^|/)(?:\.gitlab-ci\.yml|azure-pipelines\.yml|Jenkinsfile|\.travis\.yml)$`,
  ].join("|"),
);

/**
 * Whether a path is a test, or settings of a runner, linter, build or CI, or a script of theirs.
 */
export function isGraderFile(path: string): boolean {
  return TEST.test(path) || RULES.test(path);
}

/**
 * The hash guard: which of the files that grade a change were changed, deleted or added by it. New
 * test files are let through, since tests that the baseline does not have earn nothing.
 *
 * @param before hash of the content by path, taken from the base commit.
 * @param now the same after the change.
 * @returns sorted by path.
 *
 * @example
 * ```ts
 * import { tamperedFiles } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * const before = { "src/a.py": "1", "tests/test_a.py": "2", "pytest.ini": "3" };
 * const now = { "src/a.py": "9", "tests/test_a.py": "8", "conftest.py": "7" };
 * assert.deepEqual(tamperedFiles(before, now), [
 *   { path: "conftest.py", how: "added" },
 *   { path: "pytest.ini", how: "deleted" },
 *   { path: "tests/test_a.py", how: "changed" },
 * ]);
 * ```
 */
export function tamperedFiles(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
  { allowed = [] }: TamperedFilesOptions = {},
): TamperedFile[] {
  const open = new Set(allowed);
  const paths = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return paths.filter((path) => !open.has(path) && isGraderFile(path)).flatMap(
    (path): TamperedFile[] => {
      const [had, has] = [Object.hasOwn(before, path), Object.hasOwn(now, path)];
      if (had && has) return before[path] === now[path] ? [] : [{ path, how: "changed" }];
      if (had) return [{ path, how: "deleted" }];
      return RULES.test(path) ? [{ path, how: "added" }] : [];
    },
  );
}
