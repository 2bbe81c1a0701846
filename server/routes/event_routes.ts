import type { Context } from "hono";
import type { LineFiles } from "../../streaming/bus/line_files.ts";
import { parseFilter } from "../../streaming/events/filter.ts";
import { isEventTopic } from "../../streaming/events/topics.ts";
import type { EventBus } from "../../streaming/events/types.ts";
import { isRecord } from "../../core/is_record.ts";
import type { Door } from "../_door.ts";
import { fail } from "../_fail.ts";
import type { EventHub } from "../stream/event_hub.ts";
import { readFlag, readLimit, readTopics } from "./_event_query.ts";
import { exportQuery, exportRecords, newestRecords } from "./_export.ts";
import { readJson } from "./_read_json.ts";

/** What {@linkcode addEventRoutes} needs. */
export interface EventSetup {
  /** Undefined: every path says so. */
  readonly events: EventBus | undefined;
  /** Files of earlier processes; undefined for none. */
  readonly files: Pick<LineFiles, "lines"> | undefined;
  /** Streams of these events. */
  readonly hub: EventHub | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What is below `/api/events`: post, tail, export, stream. */
/** What stands in the envelope of an event and is ours to say. */
const ENVELOPE: ReadonlySet<string> = new Set(
  "topic ts service hostname pod container app_version caller event".split(" "),
);

export function addEventRoutes(door: Door, { events, files, hub, now }: EventSetup): void {
  if (events === undefined || hub === undefined) {
    const missing = (c: Context) => fail(c, 501, "no event bus is configured");
    for (const path of ["", "/export"]) door.post(`/api/events${path}`, missing);
    for (const path of ["/tail", "/export", "/stream"]) door.get(`/api/events${path}`, missing);
    return;
  }
  const places = { events, files };

  door.post("/api/events", async (c, { peer }) => {
    const { topic, event, meta = {} } = await readJson(c);
    if (typeof topic !== "string" || topic === "" || !isRecord(event)) {
      return fail(c, 400, "missing topic or event");
    }
    if (!isRecord(meta)) return fail(c, 400, "meta is no object");
    if (!isEventTopic(topic)) return fail(c, 400, "topic not allowed");
    const taken = Object.keys(meta).find((key) => ENVELOPE.has(key));
    if (taken !== undefined) return fail(c, 400, `meta may not say ${taken}`);
    const ip = peer?.address ?? null;
    // Which line of ours published it is of no use to anybody.
    events.publishEvent(topic, {
      ...event,
      origin: "frontend",
      ip,
      meta: { caller: null, ...meta },
    });
    return c.json({ ok: true });
  });

  door.get("/api/events/tail", async (c) => {
    const query = queryOf(c);
    const [topic] = readTopics(query);
    if (topic === undefined) return fail(c, 400, "missing topic");
    const limit = readLimit(query, 50);
    const items = await newestRecords(places, topic, query, limit);
    return c.json({ topic, limit, items, count: items.length, timestamp: now() / 1000 });
  });

  door.get("/api/events/export", (c) => exportRecords(c, places, queryOf(c)));
  door.post(
    "/api/events/export",
    async (c) => exportRecords(c, places, exportQuery(await readJson(c))),
  );

  door.get("/api/events/stream", (c) => {
    const query = queryOf(c);
    const topics = readTopics(query);
    if (topics.length === 0) return fail(c, 400, "missing topic");
    query.delete("token");
    const wanted = {
      key: query.toString(),
      topics,
      limit: readLimit(query, 100),
      follow: readFlag(query, "follow"),
      filter: parseFilter(query),
    };
    const headers = { "Content-Type": "text/event-stream", "Cache-Control": "no-cache" };
    // Nobody would ever read it.
    if (c.req.raw.method === "HEAD") return c.body(null, 200, headers);
    const body = hub.open(wanted, c.req.header("Last-Event-ID"));
    if (body !== undefined) return c.body(body, 200, headers);
    c.header("Retry-After", "10");
    return fail(c, 503, "too many event streams");
  }, { tokenInQuery: true });
}

function queryOf(c: Context): URLSearchParams {
  return new URL(c.req.url).searchParams;
}
