import { fits } from "../bus/topic.ts";
import type { Message } from "../bus/types.ts";
import type { Subscribers } from "./_subscribers.ts";
import type { KafkaMessage } from "./types.ts";

/** The way of messages where there is no Kafka, and the last one of each topic. */
export class LocalRoute {
  readonly #subscribers: Subscribers;
  readonly #latest: Map<string, Message> = new Map();
  /** Positions of messages that never were at a broker. */
  readonly #last: Map<string, number> = new Map();

  constructor(subscribers: Subscribers) {
    this.#subscribers = subscribers;
  }

  /** To all that read in this process, as the local bus does it. */
  deliver(message: Message): Message {
    const placed = this.#place(message);
    for (const { reader, group, member } of this.#subscribers.targetsOf(placed.topic)) {
      reader?.offer({ message: placed, position: undefined });
      group?.offer(placed);
      member?.offer(placed);
    }
    return placed;
  }

  /** The same, but readers that block are waited for. */
  async send(message: Message, signal?: AbortSignal): Promise<Message> {
    const placed = this.#place(message);
    const sent = this.#subscribers.targetsOf(placed.topic).map(({ reader, group, member }) => {
      member?.offer(placed);
      return reader?.send({ message: placed, position: undefined }, signal) ??
        group?.send(placed, signal);
    });
    await Promise.all(sent);
    return placed;
  }

  /** A message is a topic's last, unless a later one is known. */
  remember(message: Message): void {
    const known = this.#latest.get(message.topic);
    if (known === undefined || message.ts >= known.ts) this.#latest.set(message.topic, message);
  }

  latest(topic: string): Message | undefined {
    return this.#latest.get(topic);
  }

  /** The last messages of all topics that fit. */
  retained(pattern: string): KafkaMessage[] {
    return [...this.#latest.values()].filter(({ topic }) => fits(pattern, topic))
      .map((message) => ({ partition: 0, ...message }));
  }

  #place(message: Message): KafkaMessage {
    const seq = (this.#last.get(message.topic) ?? 0) + 1;
    this.#last.set(message.topic, seq);
    const placed = { ...message, seq, partition: 0 };
    this.#latest.set(message.topic, placed);
    return placed;
  }
}
