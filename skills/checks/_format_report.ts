import { FAILED } from "./_to_report.ts";
import type { CheckReport, Problem, TestOutcome } from "../../core/check_report.ts";

/** Most failures and problems shown; the data holds all. */
const MAX_SHOWN = 50;

/** What a person reads of a report: the outcome, what is wrong, the counts. */
export function formatReport(report: CheckReport, tail: string): string {
  const { kind, tests, problems, notes, ok } = report;
  const failures = tests.filter(({ status }) => FAILED.includes(status));
  const shown = [
    ...failures.slice(0, MAX_SHOWN).map(formatFailure),
    ...problems.slice(0, MAX_SHOWN).map(formatProblem),
  ];
  const hidden = failures.length + problems.length - shown.length;
  // Without a failure to show, the last lines of the output are all there is to go by.
  const nothing = !ok && shown.length === 0 && tail !== "" ? [tail] : [];
  return [
    headlineOf(report),
    ...notes.map((note) => `note: ${note}`),
    ...(shown.length > 0 ? ["", ...shown] : []),
    ...(hidden > 0 ? [`... and ${hidden} more`] : []),
    ...(nothing.length > 0 ? ["", ...nothing] : []),
    ...(kind === "test" && report.counted ? ["", counts(report)] : []),
  ].join("\n");
}

/** `12 passed, 1 failed, 2 skipped`. */
export function counts({ passed, failed, skipped }: CheckReport): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function headlineOf({ kind, toolchain, dir, ok, ms, problems, exitCode }: CheckReport): string {
  const where = dir === "." ? "" : ` in ${dir}`;
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const found = kind === "test" || problems.length === 0
    ? ""
    : `, ${plural(errors, "error")}, ${plural(problems.length - errors, "warning")}`;
  const code = ok ? "" : exitCode === null ? ", stopped" : `, exit code ${exitCode}`;
  return `${kind} ${ok ? "ok" : "FAILED"}: ${toolchain}${where}, ${seconds(ms)}${found}${code}`;
}

function formatFailure({ name, file, line, message }: TestOutcome): string {
  const place = file === undefined ? "" : `  ${file}${line === undefined ? "" : `:${line}`}`;
  const lines = (message ?? "").split("\n").filter((text) => text.trim() !== "").slice(0, 6);
  return [`FAIL ${name}${place}`, ...lines.map((text) => `  ${text.slice(0, 200)}`)].join("\n");
}

function formatProblem({ file, line, col, rule, severity, message }: Problem): string {
  const place = [file, ...(line > 0 ? [line] : []), ...(col > 0 ? [col] : [])].join(":");
  return `${place}: ${severity}${rule ? ` ${rule}` : ""}: ${message.split("\n", 1)[0]}`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
}
