import type { Context } from "hono";
import { UserError } from "../../core/errors.ts";
import type { LineFiles } from "../../streaming/bus/line_files.ts";
import { parseFilter } from "../../streaming/events/filter.ts";
import { tailEvents } from "../../streaming/events/tail_events.ts";
import type { EventBus } from "../../streaming/events/types.ts";
import { fail } from "../_fail.ts";
import { readFlag, readLimit, readTopics } from "./_event_query.ts";

/** Where records are. */
export interface RecordPlaces {
  /** What is in memory. */
  readonly events: EventBus;
  /** What earlier processes kept; undefined for nothing. */
  readonly files: Pick<LineFiles, "lines"> | undefined;
}

/** The newest records of a topic that are wanted. */
export function newestRecords(
  { events, files }: RecordPlaces,
  topic: string,
  query: URLSearchParams,
  limit: number,
): Promise<unknown[]> {
  const filter = parseFilter(query);
  return tailEvents(events, topic, { limit, filter, ...files && { files } });
}

/** Answers with the records of topics, a JSON object in each line. */
export async function exportRecords(
  c: Context,
  places: RecordPlaces,
  query: URLSearchParams,
): Promise<Response> {
  const topics = readTopics(query);
  if (topics.length === 0) return fail(c, 400, "missing topic(s)");
  const limit = readLimit(query, 200);
  let lines = "";
  for (const topic of topics) {
    for (const record of await newestRecords(places, topic, query, limit)) {
      lines += `${JSON.stringify({ topic, record })}\n`;
    }
  }
  c.header("Content-Type", "application/x-ndjson");
  if (readFlag(query, "download")) {
    const name = `events_${topics.join("_").slice(0, 100)}.jsonl`;
    c.header("Content-Disposition", `attachment; filename="${name}"`);
  }
  return c.body(lines);
}

/**
 * What was posted as a query: the same fields, repeated ones as lists.
 *
 * @throws {UserError} `usage` for a field that is neither text nor number nor a list of them.
 */
export function exportQuery(body: Readonly<Record<string, unknown>>): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one === null) continue;
      if (!["string", "number", "boolean"].includes(typeof one)) {
        throw new UserError("usage", `${JSON.stringify(name.slice(0, 40))} is no text or number`);
      }
      query.append(name, String(one));
    }
  }
  return query;
}
