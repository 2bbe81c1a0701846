import { UserError } from "../../core/errors.ts";
import { isRecord } from "../../core/is_record.ts";
import type { Answer, StatusName, StatusSource } from "./status_source.ts";

/** What is pushed: all but what a server says of itself. */
export const PUSHED_NAMES = [
  "deploy",
  "containers",
  "code",
  "metrics",
  "auto",
  "bus",
  "rl",
] as const;

/** The answers of a process at one moment, for a server elsewhere. */
export interface Snapshot {
  /** Version of this form. */
  readonly v: 1;
  /** When it was taken, in seconds since the epoch. */
  readonly ts: number;
  /** What it would have answered. */
  readonly answers: { readonly [name in StatusName]?: Answer };
}

/**
 * Takes a snapshot of what a process would answer, to be posted to `/api/snapshot` elsewhere.
 *
 * @example
 * ```ts
 * import { liveStatus, takeSnapshot } from "@dspy/code/server";
 * import assert from "node:assert/strict";
 *
 * const snapshot = await takeSnapshot(liveStatus({}), 1_700_000_000);
 * assert.deepEqual(snapshot.answers.auto, { status: 200, body: { status: "offline" } });
 * ```
 *
 * @param ts seconds since the epoch. Default now.
 */
export async function takeSnapshot(
  source: StatusSource,
  ts: number = Date.now() / 1000,
): Promise<Snapshot> {
  const answers: Partial<Record<StatusName, Answer>> = {};
  for (const name of PUSHED_NAMES) answers[name] = await source[name]();
  return { v: 1, ts, answers };
}

/**
 * Checks what was posted.
 *
 * @throws {UserError} `usage` for what is no snapshot.
 */
export function checkSnapshot(value: unknown): Snapshot {
  if (!isRecord(value) || value.v !== 1) throw wrong('it has no "v": 1');
  const { ts, answers } = value;
  if (typeof ts !== "number" || !(ts > 0 && ts < 1e11)) throw wrong('"ts" is no time in seconds');
  if (!isRecord(answers)) throw wrong('"answers" is no object');
  const checked: Partial<Record<StatusName, Answer>> = {};
  for (const name of PUSHED_NAMES) {
    const answer = Object.hasOwn(answers, name) ? answers[name] : undefined;
    if (answer === undefined) continue;
    if (!isRecord(answer) || !isRecord(answer.body)) throw wrong(`"${name}" is no answer`);
    const { status, body } = answer;
    if (status !== 200 && status !== 501 && status !== 503) {
      throw wrong(`"${name}" has a status other than 200, 501 and 503`);
    }
    checked[name] = { status, body };
  }
  return { v: 1, ts, answers: checked };
}

function wrong(why: string): UserError {
  return new UserError("usage", `this is no snapshot: ${why}`, {
    hint: "post what takeSnapshot() gives",
  });
}
