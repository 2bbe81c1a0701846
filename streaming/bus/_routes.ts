import type { Group } from "./_group.ts";
import type { Reader } from "./_reader.ts";
import { Ring } from "./_ring.ts";
import { checkTopic, fits } from "./topic.ts";
import type { Message } from "./types.ts";

/** Who gets messages. */
export type Target = Reader | Group;

/** What is known of a topic. */
export interface TopicState {
  readonly name: string;
  /** Position of the newest message. */
  seq: number;
  /** Position before the first message of this process. */
  readonly start: number;
  dlq: number;
  latest: Message | undefined;
  /** Who gets its messages, as of `version`. */
  targets: readonly Target[];
  version: number;
}

/** Where a topic was left by an earlier process. */
export interface Before {
  start(topic: string): number;
  last(topic: string): Message | undefined;
}

/** Topics, and who gets their messages. */
export class Routes {
  readonly topics: Map<string, TopicState> = new Map();
  readonly readers: Set<Reader> = new Set();
  /** By topic and name. */
  readonly groups: Map<string, Group> = new Map();
  readonly #before: Before;
  #version = 0;

  constructor(before: Before) {
    this.#before = before;
  }

  /** To be called when readers came or left. */
  change(): void {
    this.#version++;
  }

  /**
   * What is known of a topic.
   *
   * @throws {UserError} `usage` for what is no topic.
   */
  stateOf(name: string): TopicState {
    const known = this.topics.get(name);
    if (known !== undefined) return known;
    checkTopic(name);
    const start = this.#before.start(name);
    const latest = this.#before.last(name);
    const state = { name, seq: start, start, dlq: 0, latest, targets: [], version: -1 };
    this.topics.set(name, state);
    return state;
  }

  targetsOf(state: TopicState): readonly Target[] {
    if (state.version !== this.#version) {
      const groups = [...this.groups.values()].filter(({ members }) => members.length > 0);
      state.targets = [...this.readers, ...groups].filter(({ topic }) => fits(topic, state.name));
      state.version = this.#version;
    }
    return state.targets;
  }

  /** Whether nobody has anything left to do. */
  get areQuiet(): boolean {
    return [...this.readers].every(({ isQuiet }) => isQuiet) &&
      [...this.groups.values()].every(({ members }) => members.every(({ isQuiet }) => isQuiet));
  }

  /** Topics that have messages, sorted. */
  get names(): string[] {
    return [...this.topics.values()].filter(({ seq }) => seq > 0).map(({ name }) => name).sort();
  }

  /** Whether one that would rather have the publisher wait has no room. */
  isBlocked(topic: string, key: string | undefined): boolean {
    return this.targetsOf(this.stateOf(topic))
      .some((target) => target.policy === "block" && !target.hasRoomFor(key));
  }

  group(topic: string, name: string): Group | undefined {
    return this.groups.get(keyOf(topic, name));
  }

  addGroup(group: Group): void {
    this.groups.set(keyOf(group.topic, group.name), group);
  }

  dropGroup(group: Group): void {
    this.groups.delete(keyOf(group.topic, group.name));
  }
}

function keyOf(topic: string, name: string): string {
  return `${topic.length} ${topic} ${name}`;
}

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
