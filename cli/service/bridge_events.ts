import type { EventStream } from "../../streaming/bus/types.ts";
import type { EventBus } from "../../streaming/events/types.ts";

/** What people look at; raw lines are too many, and stand in their logs. */
const TOPICS = ["agent.>", "logs.ctx.>", "deploy.>", "code.>", "signatures.>"];

/** Shows the messages of a bus as events, for those who look back and for streams of the server. */
export function bridgeEvents(bus: EventStream, events: EventBus): void {
  for (const topic of TOPICS) {
    bus.subscribe(topic, ({ topic, value }) => events.publish(topic, value));
  }
}
