import { UserError } from "../../core/errors.ts";
import { searcher } from "./_searcher.ts";

/** What is asked of records, read from parameters. */
export interface EventFilter {
  /**
   * Whether a record is wanted.
   *
   * @throws {UserError} `usage` when an expression takes too long on it.
   */
  matches(record: unknown): boolean;
  /** The fields that are wanted of a record, by path, null where there is none; else all of it. */
  project(record: unknown): unknown;
}

/**
 * Reads the filter of the events API; all conditions must hold.
 *
 * - `q`: expression that is searched in the record's JSON.
 * - `key` and `value`, repeatable, paired by position: dot path into the record, and the text that is
 *   there; `~/…/` is an expression to be searched in it. A key without a value: something is there.
 * - `since` and `until`: seconds, against the record's `ts`, else `timestamp`; records without one
 *   pass.
 * - `field`, repeatable: what to give of a record.
 *
 * @throws {UserError} `usage` for an expression that is invalid or may run away, or no number.
 *
 * @example
 * ```ts
 * import { parseFilter } from "@dspy/code/streaming/events";
 * import assert from "node:assert/strict";
 *
 * const query = "key=event.name&value=patch&since=100&field=event.ok&field=user";
 * const { matches, project } = parseFilter(new URLSearchParams(query));
 * const record = { ts: 100.5, event: { name: "patch", ok: true } };
 * assert.equal(matches(record), true);
 * assert.deepEqual(project(record), { "event.ok": true, user: null });
 * ```
 */
export function parseFilter(params: URLSearchParams): EventFilter {
  const conditions: ((record: unknown) => boolean)[] = [];
  const q = params.get("q");
  if (q) {
    const search = searcher(q, "q");
    conditions.push((record) => search(JSON.stringify(record) ?? ""));
  }
  const values = params.getAll("value");
  for (const [i, key] of params.getAll("key").entries()) {
    const fits = valueTest(values[i]);
    conditions.push((record) => {
      const found = at(record, key);
      return found !== undefined && fits(found.value);
    });
  }
  const since = seconds(params, "since");
  const until = seconds(params, "until");
  if (since !== undefined || until !== undefined) {
    conditions.push((record) => {
      const time = timeOf(record);
      return time === undefined || (time >= (since ?? -Infinity) && time <= (until ?? Infinity));
    });
  }
  const fields = params.getAll("field");
  return {
    matches: (record) => conditions.every((holds) => holds(record)),
    project: (record) =>
      fields.length === 0
        ? record
        : Object.fromEntries(fields.map((path) => [path, at(record, path)?.value ?? null])),
  };
}

function valueTest(wanted: string | undefined): (found: unknown) => boolean {
  if (wanted === undefined) return () => true;
  const source = /^~\/(.*)\/$/s.exec(wanted)?.[1];
  if (source === undefined) return (found) => textOf(found) === wanted;
  const search = searcher(source, "value");
  return (found) => search(textOf(found));
}

function textOf(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

/** What is at a dot path; undefined when nothing is. Only what the record itself has counts. */
function at(record: unknown, path: string): { readonly value: unknown } | undefined {
  let value = record;
  for (const part of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) {
      return undefined;
    }
    value = (value as Record<string, unknown>)[part];
  }
  return { value };
}

function timeOf(record: unknown): number | undefined {
  const time = at(record, "ts")?.value ?? at(record, "timestamp")?.value;
  return typeof time === "number" ? time : undefined;
}

function seconds(params: URLSearchParams, name: string): number | undefined {
  const text = params.get(name);
  if (text === null || text === "") return undefined;
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new UserError("usage", `${name} "${text.slice(0, 80)}" is no number`, {
    hint: "seconds since the epoch, as 1700000000.5",
  });
}
