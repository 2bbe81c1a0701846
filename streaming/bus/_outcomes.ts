import type { Counters } from "./_counters.ts";
import { type GivenUp, textOf } from "./_given_up.ts";
import { Group, type GroupHooks } from "./_group.ts";
import { Member } from "./_member.ts";
import type { Reader, ReaderHooks } from "./_reader.ts";
import type { Routes, Target } from "./_routes.ts";
import type { Message } from "./types.ts";

/** What {@linkcode Outcomes} needs of the bus. */
export interface OutcomesSetup {
  readonly counters: Counters;
  readonly routes: Routes;
  readonly givenUp: GivenUp;
  isClosed(): boolean;
  /** A reader has room again. */
  roomed(): void;
}

/** What becomes of messages that readers and groups do not take, or fail at. */
export class Outcomes implements ReaderHooks, GroupHooks {
  readonly counters: Counters;
  readonly #setup: OutcomesSetup;

  constructor(setup: OutcomesSetup) {
    this.counters = setup.counters;
    this.#setup = setup;
  }

  overflow(target: Target, message: Message): void {
    const { givenUp } = this.#setup;
    const group = target instanceof Group ? target : undefined;
    givenUp.pressure(target, group?.name, message.topic);
    if (target.policy === "drop-oldest") {
      const oldest = target.replaceOldest(message);
      if (oldest === undefined) return;
      this.counters.dropped++;
      group?.progress?.done(oldest);
    } else {
      const reason = `backpressure_full:${group ? "group" : "subscriber"}`;
      givenUp.add(message, reason, { group: group?.name });
      group?.progress?.done(message);
    }
  }

  failed(reader: Reader, message: Message, error: unknown): void {
    const group = reader instanceof Member ? reader.of : undefined;
    if (group?.manual) return group.nack(message, error);
    this.#failed(message, error, group, 1);
    group?.failed(message);
  }

  exhausted(group: Group, message: Message, error: unknown): void {
    this.#failed(message, error, group, message.attempt ?? 1);
  }

  roomed(): void {
    this.#setup.roomed();
  }

  closed(reader: Reader, rest: readonly Message[]): void {
    const { routes, givenUp, isClosed } = this.#setup;
    routes.change();
    if (reader instanceof Member) {
      const group = reader.of;
      group.leave(reader, rest);
      if (group.members.length === 0 && group.isOver && !isClosed()) routes.dropGroup(group);
    } else {
      routes.readers.delete(reader);
      if (!isClosed()) this.counters.dropped += rest.length;
      else for (const message of rest) givenUp.add(message, "closed:subscriber");
    }
    this.roomed();
  }

  /** The bus ends: what is left of readers and groups is given up. */
  async end(): Promise<void> {
    const { routes, givenUp } = this.#setup;
    for (const reader of routes.readers) await reader.close();
    for (const group of routes.groups.values()) {
      for (const member of [...group.members]) await member.close();
      for (const message of group.end()) {
        givenUp.add(message, "closed:group", { group: group.name });
      }
    }
  }

  #failed(message: Message, error: unknown, group: Group | undefined, attempts: number): void {
    const kind = group === undefined ? "subscriber_error" : "group_subscriber_error";
    const details = { group: group?.name, attempts, error };
    this.#setup.givenUp.add(message, `${kind}: ${textOf(error)}`, details);
    group?.progress?.done(message);
  }
}
