import { lineFileName, type LineFiles } from "../bus/line_files.ts";
import type { EventFilter } from "./filter.ts";
import type { EventBus } from "./types.ts";

/** Options of {@linkcode tailEvents}. */
export interface TailOptions {
  /** Records at most, the newest ones. Default 50. */
  readonly limit?: number;
  /** Which records; applied before the limit, so that a rare one is found. Default all. */
  readonly filter?: EventFilter;
  /** Files of earlier processes. Default: only what is in memory is looked at. */
  readonly files?: Pick<LineFiles, "lines">;
}

/**
 * The newest records of a topic that are wanted, oldest first: of the ring, or of the topic's file
 * when the ring has none. A line of the file that is no JSON becomes `{ raw }`.
 */
export async function tailEvents(
  events: Pick<EventBus, "memoryTail" | "memoryLastSeq">,
  topic: string,
  { limit = 50, filter, files }: TailOptions = {},
): Promise<unknown[]> {
  const wanted = (record: unknown) => filter?.matches(record) ?? true;
  const shown = (record: unknown) => filter?.project(record) ?? record;
  if (events.memoryLastSeq(topic) > 0 || files === undefined) {
    return events.memoryTail(topic, Infinity).filter(wanted).slice(-limit).map(shown);
  }
  const found: unknown[] = [];
  for await (const line of files.lines(lineFileName(topic))) {
    const record = parse(line);
    if (!wanted(record)) continue;
    found.push(record);
    if (found.length > 2 * limit) found.splice(0, found.length - limit);
  }
  return found.slice(-limit).map(shown);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return { raw: line };
  }
}
