import { UserError } from "../../core/errors.ts";
import type { Store, Write } from "../../core/store/types.ts";
import type { GroupCommit } from "./_group_commit.ts";
import { type EndEntry, idIn, type Layout, placeOf } from "./_layout.ts";
import { asJob, endedJob } from "./_records.ts";
import type { Job, Lease } from "./types.ts";

/** What all operations of one queue share. */
export interface Ground {
  readonly name: string;
  readonly store: Store;
  readonly keys: Layout;
  readonly commits: GroupCommit;
  readonly now: () => number;
  readonly random: () => number;
  readonly newToken: () => string;
  readonly warn: (text: string) => void;
  readonly visibilityMs: number;
  readonly maxAttempts: number;
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  readonly maxPending: number;
  readonly maxBytes: number;
  readonly keepDone: number;
  readonly keepMs: number;
  readonly sweepMs: number;
}

/** A sum in a commit. */
export function add(ground: Ground, name: string, by = 1): Write {
  return { op: "add", key: ground.keys.number + name, by };
}

/**
 * That a job is ready, in a commit. The value counts its attempts, so that a place that was left and
 * taken again meanwhile is seen.
 */
export function putReady({ keys }: Ground, job: Job): Write {
  return { op: "put", key: keys.ready + placeOf(job), value: job.attempts };
}

/** That a job ended, in a commit. */
export function tellEnd({ keys }: Ground, ...entry: EndEntry): Write {
  return { op: "append", stream: keys.ended, values: [entry] };
}

/**
 * Refuses more JSON than a record is to hold.
 *
 * @throws {UserError} `usage`.
 */
export function checkSize({ maxBytes }: Ground, what: string, value: unknown): void {
  const text = jsonOf(value);
  if (text === undefined) {
    throw new UserError("usage", `${what} is JSON; given: ${typeof value}`);
  }
  // At most three bytes a unit: most need not be counted.
  if (text.length * 3 <= maxBytes) return;
  const { length } = new TextEncoder().encode(text);
  if (length <= maxBytes) return;
  throw new UserError("usage", `${what} has ${length} bytes of JSON; at most ${maxBytes}`, {
    hint: "keep it in a file and name the file",
  });
}

/** @throws {UserError} `usage` for what is no time to hold a job. */
export function checkVisibility(ms: number): void {
  if (ms > 0 && Number.isFinite(ms)) return;
  throw new UserError("usage", `visibilityMs of a lease: ${ms}`, {
    hint: "expected milliseconds, above 0",
  });
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    // A circle, or a bigint.
    return undefined;
  }
}

/** The job is another worker's, or nobody's. */
export function leaseLost({ job: { id } }: Lease): UserError {
  return new UserError("refused", `job "${id}" is no longer this worker's`, {
    rule: "queue.lease",
    hint: "its lease ran out, or it was cancelled: what this attempt did does not count",
  });
}

/**
 * Puts a record that cannot be read into the stream of such, and its job, if that can be read, to
 * the dead, where a person sees it.
 *
 * @param key where the record stands.
 */
export async function setAside(
  ground: Ground,
  key: string,
  value: unknown,
  why: string,
): Promise<void> {
  const { store, keys, now, warn } = ground;
  const id = idIn(key);
  const at = now();
  const record = await store.get(keys.job + id);
  const job = asJob(record, id);
  const writes: Write[] = [
    { op: "expect", key, value },
    { op: "delete", key },
    { op: "append", stream: keys.aside, values: [{ key, value, why, at }] },
  ];
  const dies = job !== undefined && job.state === undefined;
  if (dies) {
    writes.push(
      { op: "put", key: keys.job + id, value: endedJob(job, { state: "dead", at, error: why }) },
      { op: "put", key: keys.dead + id, value: at },
      tellEnd(ground, id, at, "dead"),
      add(ground, "dead"),
    );
  } else if (job === undefined) {
    writes.push(add(ground, "lost"));
    if (key.startsWith(keys.dead)) writes.push(add(ground, "dead", -1));
    if (record !== undefined) {
      const damaged = { key: keys.job + id, value: record };
      writes.push(
        { op: "expect", ...damaged },
        { op: "delete", key: damaged.key },
        { op: "append", stream: keys.aside, values: [{ ...damaged, why, at }] },
      );
    }
  }
  if (await ground.commits.commit(writes)) {
    const then = dies ? `; job "${id}" is dead: redrive it to try again` : "";
    warn(`queue "${ground.name}": ${why}: kept aside${then}`);
  }
}
