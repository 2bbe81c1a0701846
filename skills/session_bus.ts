import type { Bus } from "../core/bus.ts";
import type { Event } from "../core/events.ts";
import { PlainBus } from "../streaming/bus/plain_bus.ts";

/**
 * The bus of one session: it carries events and nothing else. What a subscriber throws is a defect
 * and reported as one; the others still get the event.
 */
export function createSessionBus(): Bus<Event> {
  const write = (_letter: unknown, error: unknown) => reportError(error);
  return new PlainBus({ notices: false, deadLetters: { write } });
}
