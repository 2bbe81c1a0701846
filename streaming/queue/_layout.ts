import type { Job } from "./types.ts";

/**
 * The keys of a queue. Their order is on purpose: the newest jobs, all leases, the counters and the
 * first ready jobs are neighbours, so that a commit mostly touches one or two pages of the file.
 *
 * - `dead:<id>`: when it died
 * - `job:<id>`: the job, from its submission until it is no longer kept
 * - `leased:<id>`: who has it until when
 * - `number:<name>`: counters, changed by `"add"` alone
 * - `ready:<class>:<priority>:<order>:<id>`: waits for a worker
 * - `waiting:<due>:<id>`: its place among the ready, and since when it waits
 *
 * A job that has not ended has exactly one of dead, leased, ready and waiting; every commit that
 * moves it expects the one it moves it from.
 */
export interface Layout {
  readonly prefix: string;
  readonly dead: string;
  readonly job: string;
  readonly leased: string;
  readonly number: string;
  readonly ready: string;
  readonly waiting: string;
  /** Stream of {@linkcode EndEntry}, in the order in which jobs ended or died. */
  readonly ended: string;
  /** Stream of records that could not be read. */
  readonly aside: string;
}

/** That a job ended or died. A dead one may live again and end once more. */
export type EndEntry = readonly [id: string, ms: number, state: EndState];

/** How a job ends. */
export type EndState = "done" | "dead" | "cancelled";

/** Lays out a queue by its name. */
export function layout(name: string): Layout {
  const prefix = `queue:${name}:`;
  return {
    prefix,
    dead: `${prefix}dead:`,
    job: `${prefix}job:`,
    leased: `${prefix}leased:`,
    number: `${prefix}number:`,
    ready: `${prefix}ready:`,
    waiting: `${prefix}waiting:`,
    ended: `${prefix}ended`,
    aside: `${prefix}aside`,
  };
}

/** Below `ready`: it sorts by priority, then by submission. */
export function placeOf({ class: kind, priority, order, id }: Job): string {
  return `${kind}:${String(100 - priority).padStart(3, "0")}:${order}:${id}`;
}

/** Below `waiting`: it sorts by time. */
export function dueKey(due: number, id: string): string {
  return `${padTime(due)}:${id}`;
}

/** Milliseconds as text that sorts like them. */
export function padTime(ms: number): string {
  return String(Math.max(0, Math.floor(ms))).padStart(15, "0");
}

/** The last part of a key; no other part of it holds a colon. */
export function idIn(key: string): string {
  return key.slice(key.lastIndexOf(":") + 1);
}
