import type { LocalBusOptions } from "./local_bus_options.ts";
import type { AttachableLog, BusPort, LogLink } from "./_log_link.ts";
import type { SinkLink } from "./message_log.ts";
import type { BusHealth, Message } from "./types.ts";

/** The log of a bus and its sinks. */
export class Links {
  readonly log: LogLink | undefined;
  readonly #all: readonly SinkLink[];

  constructor({ log, sinks = [] }: LocalBusOptions, port: BusPort) {
    this.log = (log as AttachableLog | undefined)?.attach(port);
    const links = sinks.map((sink) => sink.attach(port));
    this.#all = this.log === undefined ? links : [this.log, ...links];
  }

  /** Whether there is neither. */
  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  push(message: Message): void {
    for (let i = 0; i < this.#all.length; i++) {
      if (this.#all[i]!.keeps(message.topic)) this.#all[i]!.push(message);
    }
  }

  /** Waits until a message just pushed is kept by all that keep its topic. */
  async kept(message: Message): Promise<void> {
    const links = this.#all.filter((link) => link.keeps(message.topic));
    await Promise.all(links.map((link) => link.kept(message)));
  }

  health(): BusHealth {
    return this.#all.map((link) => link.health()).find(({ available }) => !available) ??
      { available: true };
  }

  async flush(): Promise<void> {
    await Promise.all(this.#all.map((link) => link.flush()));
  }
}
