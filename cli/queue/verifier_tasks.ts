import type { CheckReport } from "../../core/check_report.ts";
import { UserError } from "../../core/errors.ts";
import type { Json } from "../../core/store/types.ts";
import type { ActionResult } from "../../rl/verifiers/types.ts";
import type { Task } from "../../streaming/queue/task.ts";
import { type Check, createChecks } from "../rl/checks.ts";
import type { SessionPool } from "./session_pool.ts";

/** The checks of a workspace by the names of their tasks; `build` is what checks types, too. */
export const VERIFIER_TASKS: Readonly<Record<string, Check>> = {
  run_tests: "run_tests",
  lint: "lint",
  build: "build",
  types: "build",
};

/** What a payload may say to a check. What it means is for the tool's own schema to decide. */
const FIELDS = ["paths", "toolchain", "filter"];

/** Failed tests and problems of a report that are kept with a job. */
const MOST = 100;

/** Characters of a message, and of the tool's text, that are kept with a job. */
const MAX_TEXT = 4_000;

/**
 * The verifiers of a workspace as tasks. Each is a call of a session in the jail: the tool plans it,
 * the gate decides it, the hands start the program.
 *
 * @param timeoutSec time limit of a program, in seconds.
 */
export function verifierTasks(pool: SessionPool, timeoutSec: number): Task[] {
  return Object.entries(VERIFIER_TASKS).map(([name, check]): Task => ({
    name,
    class: "cpu_short",
    run: async (payload, { signal, waited }) => {
      const input = inputOf(name, payload);
      const result = await pool.use(signal, async (launcher, ms) => {
        waited(ms);
        const execute = createChecks({ launcher, commands: {}, timeoutSec });
        return await execute(check, input, signal);
      });
      return resultOf(name, result);
    },
  }));
}

function inputOf(
  name: string,
  payload: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { task: _, ...input } = payload;
  const fields = name === "run_tests" ? FIELDS : FIELDS.filter((field) => field !== "filter");
  const strange = Object.keys(input).find((key) => !fields.includes(key));
  if (strange === undefined) return input;
  throw new UserError("usage", `task ${name} has no field ${JSON.stringify(strange)}`, {
    hint: `known: ${fields.join(", ")}`,
  });
}

/** The numbers whole, of the lists what fits into a record. */
function resultOf(task: string, { ok, metrics, reports, info }: ActionResult): Json {
  const text = info?.text;
  return {
    task,
    ok,
    metrics,
    ...typeof text === "string" && { text: text.slice(0, MAX_TEXT) },
    ...reports !== undefined && { reports: reports.map(shortReport) },
  };
}

function shortReport(report: CheckReport): Json {
  const { kind, toolchain, dir, argv, ok, complete, passed, failed, skipped, exitCode, ms } =
    report;
  const failures = report.tests.filter(({ status }) => !["pass", "skip", "xfail"].includes(status));
  const short = (message = "") => message.slice(0, MAX_TEXT / 10);
  return {
    ...{ kind, toolchain, dir, argv, ok, complete, passed, failed, skipped, exitCode, ms },
    failures: failures.slice(0, MOST).map((test) => ({ ...test, message: short(test.message) })),
    problems: report.problems.slice(0, MOST).map((found) => ({
      ...found,
      message: short(found.message),
    })),
    left_out: Math.max(0, failures.length - MOST) + Math.max(0, report.problems.length - MOST),
    notes: report.notes,
  };
}
