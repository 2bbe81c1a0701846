/** What is checked: behaviour, style, or whether it compiles. */
export type CheckKind = "test" | "lint" | "build";

/** How one test ended. `xfail` failed as announced; `error` could not run at all. */
export type TestStatus = "pass" | "fail" | "error" | "skip" | "xfail";

/** One test. */
export interface TestOutcome {
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

/** What came of a test, lint or build run. */
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
  /** Whether tests were counted. False: only the exit code is known; no ground for a reward. */
  readonly counted: boolean;
  /** Tests in all. */
  readonly total: number;
  /** Tests that passed. */
  readonly passed: number;
  /** Failed tests and errors. */
  readonly failed: number;
  /** Skipped tests and expected failures. */
  readonly skipped: number;
  /** One by one, where the report has them. */
  readonly tests: readonly TestOutcome[];
  /** Of a lint or build, and of tests that could not be built. */
  readonly problems: readonly Problem[];
  /** Sentences for people: what stood in for what, what could not be read. */
  readonly notes: readonly string[];
  /** Wall time in milliseconds. */
  readonly ms: number;
  /** Null when a signal or the time limit ended it. */
  readonly exitCode: number | null;
}
