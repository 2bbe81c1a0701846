import type { Context } from "hono";
import type { EventBus } from "../../streaming/events/types.ts";
import { EVENT_TOPICS } from "../../streaming/events/topics.ts";
import type { Door } from "../_door.ts";
import { htmlHeaders } from "../middleware/html_headers.ts";
import type { EventRow } from "../page/event_row.ts";
import { INLINE, renderPage, renderSignIn } from "../page/render_page.ts";
import type { StatusSource } from "../status/status_source.ts";

/** Events on the page. */
const EVENTS = 20;

/** What {@linkcode addPageRoutes} needs. */
export interface PageSetup {
  /** What it shows. */
  readonly status: StatusSource;
  /** Whose newest it shows; undefined for none. */
  readonly events: EventBus | undefined;
  /** Name that it bears. */
  readonly workspace: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The status page at `/`. */
export function addPageRoutes(door: Door, { status, events, workspace, now }: PageSetup): void {
  door.get("/", (c) =>
    page(c, 200, async () => {
      const topics = [...new Set([...EVENT_TOPICS, ...events?.memoryTopics() ?? []])].slice(0, 32);
      return await renderPage({
        workspace,
        ts: now(),
        answers: {
          containers: await status.containers(),
          deploy: await status.deploy(),
          metrics: await status.metrics(),
          auto: await status.auto(),
          bus: await status.bus(),
          rl: await status.rl(),
        },
        events: events && newest(events),
        topics: events === undefined ? [] : topics,
      });
    }), { refuse: signIn });
}

/** Answers a browser that has no right to the page yet: it may give a token. */
function signIn(c: Context): Promise<Response> | undefined {
  return c.req.header("accept")?.includes("text/html") ? page(c, 401, renderSignIn) : undefined;
}

/** A page with its headers. */
async function page(
  c: Context,
  status: 200 | 401,
  render: () => Promise<string>,
): Promise<Response> {
  await headers(c, async () => {
    c.res = await c.html(await render(), status);
  });
  return c.res;
}

const headers = htmlHeaders(INLINE);

function newest(events: EventBus): EventRow[] {
  return events.memoryTopics()
    .flatMap((topic) => events.memoryTail(topic, EVENTS).map((record) => ({ topic, record })))
    .sort((a, b) => time(b.record) - time(a.record))
    .slice(0, EVENTS);
}

function time(record: unknown): number {
  const { ts, timestamp } = Object(record) as { ts?: unknown; timestamp?: unknown };
  const time = ts ?? timestamp;
  return typeof time === "number" ? time : 0;
}
