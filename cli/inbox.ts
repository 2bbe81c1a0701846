import type { Inbox as LoopInbox } from "../core/agent/loop.ts";

/** What the person says while a request is worked on. */
export interface Inbox extends LoopInbox {
  put(text: string): void;
}

/** Makes an empty one. */
export function createInbox(): Inbox {
  let messages: string[] = [];
  return {
    put: (text) => void messages.push(text),
    waiting: () => messages.length > 0,
    take() {
      const taken = messages;
      messages = [];
      return taken;
    },
  };
}
