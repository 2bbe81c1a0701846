import { Ring } from "./_ring.ts";
import type { Routes, TopicState } from "./_routes.ts";
import type { Message } from "./types.ts";

/**
 * Hands messages to those who get them. One that is published by a reader while another is handed
 * out has its turn afterwards: all readers see the same order.
 */
export class Dispatcher {
  readonly #routes: Routes;
  readonly #later: Ring<Message> = new Ring();
  #busy = false;

  constructor(routes: Routes) {
    this.#routes = routes;
  }

  hand(state: TopicState, message: Message): void {
    if (this.#busy) return this.#later.push(message);
    this.#busy = true;
    this.#offer(state, message);
    for (let next = this.#later.shift(); next !== undefined; next = this.#later.shift()) {
      this.#offer(this.#routes.stateOf(next.topic), next);
    }
    this.#busy = false;
  }

  #offer(state: TopicState, message: Message): void {
    const targets = this.#routes.targetsOf(state);
    for (let i = 0; i < targets.length; i++) targets[i]!.offer(message);
  }
}
