import type { Bus } from "./bus.ts";

/** A bus for the tests of this room, which knows none of `streaming`: all get everything. */
export function createTestBus<M>(): Bus<M> {
  const handlers: Parameters<Bus<M>["subscribe"]>[1][] = [];
  return {
    publish(topic, value) {
      for (const handler of handlers) handler({ topic, value });
    },
    subscribe(topic, handler) {
      handlers.push((message) => {
        if (topic === ">" || topic === message.topic) handler(message);
      });
      return { close: () => Promise.resolve() };
    },
  };
}
