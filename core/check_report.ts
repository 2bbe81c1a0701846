/**
 * What is checked: behaviour, style, whether it compiles, or whether its types fit where that is
 * not the same (mypy, pyright).
 */
export type CheckKind = "test" | "lint" | "build" | "types";

/**
 * How one test ended. `xfail` failed as announced; `error` could not run at all; `timeout` was
 * stopped for taking too long.
 */
export type TestStatus = "pass" | "fail" | "error" | "skip" | "xfail" | "timeout";

/** One test. */
export interface TestOutcome {
  /** Names the test across runs, whatever its status: unique in its report. */
  readonly id: string;
  /** As its runner names it; suites come first, joined with ` > `. */
  readonly name: string;
  /** Relative to the workspace's root, with `/`. */
  readonly file?: string;
  /** 1-based; of the failure where it is known, else of the test. */
  readonly line?: number;
  /** How it ended. */
  readonly status: TestStatus;
  /** Wall time in milliseconds. */
  readonly ms?: number;
  /** Why it failed or was skipped; the first lines of it. */
  readonly message?: string;
  /**
   * Set when it is no test but a file or package that could not be loaded: how the ids of the tests
   * in it begin.
   */
  readonly whole?: string;
}

/** Something a compiler or linter complains about. */
export interface Problem {
  /** Relative to the workspace's root, with `/`. */
  readonly file: string;
  /** 1-based; 0 when it is about the whole file. */
  readonly line: number;
  /** 1-based; 0 when unknown. */
  readonly col: number;
  /** Name of the rule or number of the error. */
  readonly rule?: string;
  /** As the program has it. */
  readonly severity: "error" | "warning";
  /** What is wrong, as the program says it. */
  readonly message: string;
}

/** A comment that silences a linter or compiler: `deno-lint-ignore`, `# noqa`, `@ts-ignore`. */
export interface Suppression {
  /** Relative to the workspace's root, with `/`. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** The comment's own word: `deno-lint-ignore`, `noqa`, `ts-ignore`. */
  readonly kind: string;
}

/** What came of a test, lint or build run: plain JSON. */
export interface CheckReport {
  /** What was checked. */
  readonly kind: CheckKind;
  /** Which check ran: `deno`, `vitest`, `cargo`, `ruff`. */
  readonly toolchain: string;
  /** Folder it ran in, relative to the workspace's root. */
  readonly dir: string;
  /** Program and arguments, as started. */
  readonly argv: readonly string[];
  /**
   * Exit code 0, a readable and complete report and, for tests, at least one that ran. A test run
   * without any count (`make test`) is ok by its exit code alone: see {@linkcode counted}.
   */
  readonly ok: boolean;
  /**
   * Whether the report could be read and is whole: as many tests as were announced, a summary at
   * its end. False after a crash, a cut or an end by the time limit.
   */
  readonly complete: boolean;
  /** Whether tests were counted. False: only the exit code is known; no ground for a reward. */
  readonly counted: boolean;
  /** Tests that the runner announced, where it says so. */
  readonly planned?: number;
  /** Tests in all. */
  readonly total: number;
  /** Tests that passed. */
  readonly passed: number;
  /** Failed tests, errors and timeouts. */
  readonly failed: number;
  /** Skipped tests and expected failures. */
  readonly skipped: number;
  /** One by one, where the report has them. */
  readonly tests: readonly TestOutcome[];
  /** Of a lint or build, and of tests that could not be built. */
  readonly problems: readonly Problem[];
  /** Of a lint: the comments that silence it. Absent where they were not counted. */
  readonly suppressions?: readonly Suppression[];
  /** Sentences for people: what stood in for what, what could not be read. */
  readonly notes: readonly string[];
  /** Wall time in milliseconds. */
  readonly ms: number;
  /** Null when a signal or the time limit ended it. */
  readonly exitCode: number | null;
}
