import { createEventBus } from "../../streaming/events/event_bus.ts";
import { parseFilter } from "../../streaming/events/filter.ts";
import type { EventBus } from "../../streaming/events/types.ts";
import { createEventHub, type EventHub, type EventHubOptions } from "./event_hub.ts";
import type { EventQuery } from "./event_query.ts";

/** A query as the route makes it. */
export const query = (
  topics: string[],
  more: Partial<EventQuery> = {},
  filter = "",
): EventQuery => ({
  key: JSON.stringify([topics, more, filter]),
  ...{ topics, limit: 100, follow: false, filter: parseFilter(new URLSearchParams(filter)) },
  ...more,
});

/** Waits. */
export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What a client saw: messages as they came. */
export interface Seen {
  readonly id?: string;
  readonly event?: string;
  // deno-lint-ignore no-explicit-any -- as it came
  readonly data: any;
}

/** Reads messages until one satisfies; leaves the stream open. */
export function reader(body: ReadableStream<Uint8Array> | undefined) {
  const bytes = body!.getReader();
  let text = "";
  const decoder = new TextDecoder();
  return {
    async next(): Promise<Seen | undefined> {
      for (;;) {
        const end = text.indexOf("\n\n");
        if (end < 0) {
          const { done, value } = await bytes.read();
          if (done) return undefined;
          text += decoder.decode(value, { stream: true });
          continue;
        }
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        const fields = Object.fromEntries(
          block.split("\n").map((
            line,
          ) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
        );
        if (fields.data !== undefined) return { ...fields, data: JSON.parse(fields.data) };
      }
    },
    cancel: () => bytes.cancel(),
  };
}

/** A hub over an event bus of its own. */
export function open(
  options: EventHubOptions = {},
): { events: EventBus; hub: EventHub } {
  const events = createEventBus();
  return { events, hub: createEventHub(events, options) };
}
