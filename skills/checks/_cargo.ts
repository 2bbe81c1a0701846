import { z } from "zod";
import type { ProgramResult } from "../../core/command.ts";
import type { Files } from "../../core/workspace/files.ts";
import {
  type AskedKind,
  type Check,
  checkCommand,
  type Choice,
  type Family,
  type Reading,
  type ReadOutcome,
  type ReadSite,
} from "./_check.ts";
import type { Problem } from "../../core/check_report.ts";
import { parseLibtest } from "./_libtest.ts";
import { headline, locate, workspacePath } from "./_locate.ts";
import { nextestChoice } from "./_nextest.ts";
import { parseJson } from "./_parse_json.ts";

const GET = "install Rust from https://rustup.rs";

/** Plain output: backtraces would hide the message. */
const ENV = { CARGO_TERM_COLOR: "never", RUST_BACKTRACE: "0" };

/** `cargo test`: stable Rust has no JSON for tests, so the harness's lines are read strictly. */
export const cargoTest: Check = {
  id: "cargo",
  kind: "test",
  get: GET,
  command: checkCommand("Runs cargo test", ({ targets, filter }) => ({
    program: "cargo",
    args: [
      "test",
      "--no-fail-fast",
      "--message-format=json",
      ...(targets.length === 0 ? ["--workspace"] : targets.flatMap(integrationTest)),
      ...(filter ? ["--", filter] : []),
    ],
    env: ENV,
  })),
  watch: watchCargo,
  read: readTests,
};

/** `cargo clippy`, or `cargo check` where clippy is not installed. */
export const clippy: Check = {
  id: "clippy",
  kind: "lint",
  get: "rustup component add clippy",
  command: cargoCommand("clippy", ["clippy", "--all-targets"]),
  absent: ({ code, stderr }) =>
    code !== 0 && /no such command: `clippy`|not installed/.test(stderr),
  watch: watchCargo,
  read: readMessages,
};

/** `cargo check`, the compiler's own warnings. */
export const cargoCheck: Check = {
  id: "cargo",
  kind: "lint",
  get: GET,
  command: cargoCommand("check", ["check", "--all-targets"]),
  watch: watchCargo,
  read: readMessages,
};

/** `cargo build`. */
export const cargoBuild: Check = {
  id: "cargo",
  kind: "build",
  get: GET,
  command: cargoCommand("build", ["build"]),
  watch: watchCargo,
  read: readMessages,
};

/** Projects with a Cargo.toml. */
export const cargo: Family = {
  name: "cargo",
  markers: ["Cargo.toml"],
  endings: ["rs"],
  async choices(kind: AskedKind, dir: string, files: Files): Promise<Choice[]> {
    const checks = {
      test: [cargoTest],
      lint: [clippy, cargoCheck],
      build: [cargoBuild],
    }[kind];
    const own = kind === "test" ? await nextestChoice(files, dir) : [];
    return [...own, ...checks.map((check) => ({ check }))];
  },
};

function cargoCommand(name: string, args: readonly string[]) {
  return checkCommand(`Runs cargo ${name}`, ({ targets }) => ({
    program: "cargo",
    args: [...args, "--message-format=json", ...(targets.length === 0 ? ["--workspace"] : [])],
    env: ENV,
  }));
}

/** `tests/it.rs` is a binary of its own; other files belong to the whole package. */
function integrationTest(path: string): string[] {
  const name = /^(?:\.\/)?tests\/([\w-]+)(?:\.rs|\/main\.rs)$/.exec(path)?.[1];
  return name === undefined || name.startsWith("-") ? [] : [`--test=${name}`];
}

function watchCargo() {
  let total = 0;
  let done = 0;
  return (line: string) => {
    const compiling = /^\s+(?:Compiling|Checking) (\S+)/.exec(line);
    if (compiling) return { text: `compiling ${compiling[1]}` };
    const announced = /^running (\d+) tests?$/.exec(line);
    if (announced) total += Number(announced[1]);
    const ended = /^test (.+) \.\.\. (?:ok|FAILED|ignored)/.exec(line);
    return ended && done < total ? { text: ended[1]!, done: ++done, total } : undefined;
  };
}

function readTests(result: ProgramResult, site: ReadSite): Reading {
  const { problems } = readMessages(result, site);
  const { tests, planned, complete } = parseLibtest(result.stdout);
  // The binaries run in the order in which cargo names them on standard error.
  const binaries = [
    ...result.stderr.matchAll(/^\s+(?:Running (?:unittests )?(\S+) \(|Doc-tests )/gm),
  ]
    .map((match) => match[1]);
  return {
    problems: problems ?? [],
    planned,
    complete: complete && !result.truncated,
    tests: tests.map(({ binary, ...test }): ReadOutcome => {
      const source = binaries[binary];
      const doc = /^(\S+\.rs) - .*\(line (\d+)\)$/.exec(test.name);
      const place = doc
        ? { file: workspacePath(doc[1]!, site), line: Number(doc[2]) }
        : test.status === "fail"
        ? locate(test.message ?? "", site)
        : undefined;
      const own = source === undefined ? undefined : workspacePath(source, site);
      const file = place?.file ?? own;
      // The number of a doc test's line moves with every edit above it.
      const name = doc ? test.name.replace(/ \(line \d+\)$/, "") : test.name;
      return {
        ...test,
        id: own === undefined ? name : `${own}::${name}`,
        ...(file ? { file } : {}),
        ...(place ? { line: place.line } : {}),
        ...(test.message ? { message: headline(panic(test.message)) } : {}),
      };
    }),
  };
}

/** Without the thread's name and the hint about backtraces. */
function panic(message: string): string {
  return message
    .replace(/^thread '.*?'(?: \(\d+\))? panicked at /m, "panicked at ")
    .replace(/^note: run with `RUST_BACKTRACE=.*$/m, "").trim();
}

const Message = z.object({
  reason: z.literal("compiler-message"),
  message: z.object({
    level: z.string(),
    message: z.string(),
    code: z.object({ code: z.string() }).nullish(),
    spans: z.array(z.object({
      file_name: z.string(),
      line_start: z.number(),
      column_start: z.number(),
      is_primary: z.boolean(),
    })),
  }),
});

/** Reads the compiler's messages from cargo's JSON lines. */
function readMessages({ stdout }: ProgramResult, site: ReadSite): Reading {
  const problems = new Map<string, Problem>();
  for (const line of stdout.split("\n")) {
    if (!line.startsWith('{"reason":"compiler-message"')) continue;
    const parsed = Message.safeParse(parseJson(line));
    if (!parsed.success) continue;
    const { level, message, code, spans } = parsed.data.message;
    const span = spans.find((one) => one.is_primary) ?? spans[0];
    if (!span || !/^(error|warning)/.test(level)) continue;
    const problem: Problem = {
      file: workspacePath(span.file_name, site) ?? span.file_name,
      line: span.line_start,
      col: span.column_start,
      ...(code ? { rule: code.code } : {}),
      severity: level.startsWith("error") ? "error" : "warning",
      message,
    };
    // A file compiled for the library and for its tests is told of twice.
    problems.set(JSON.stringify(problem), problem);
  }
  return { problems: [...problems.values()] };
}
