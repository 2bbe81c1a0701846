import type { Buffer } from "node:buffer";
import { explain } from "./_client.ts";
import { judge, Lane, type LaneHooks, TopicMissing } from "./_lane.ts";
import type { Outgoing } from "./_records.ts";
import type { TopicInfo } from "./_topics.ts";

/** Messages without a key that go to one partition before it is the next one's turn. */
const RUN = 100;
const MAX_TRIES = 5;
/** Keys whose partition is remembered. */
const MAX_HASHES = 1_000;

/** Whom to tell. */
export interface TopicLanesHooks extends LaneHooks {
  /** Resolves when messages may go: readers of this process have their places. */
  gate(): Promise<void>;
}

/** Messages of one topic: spread over its partitions as soon as it is known how many there are. */
export class TopicLanes {
  readonly #topic: string;
  readonly #hooks: TopicLanesHooks;
  readonly #lanes: Lane[] = [];
  readonly #hashes: Map<string, number> = new Map();
  #queue: Outgoing[] = [];
  #running = false;
  #ended = false;
  #turn = 0;

  constructor(topic: string, hooks: TopicLanesHooks) {
    this.#topic = topic;
    this.#hooks = hooks;
  }

  add(out: Outgoing): void {
    this.#queue.push(out);
    if (this.#running) return;
    this.#running = true;
    queueMicrotask(() => this.#run());
  }

  /** One of the oldest that are not on their way, taken out. */
  dropOldest(): Outgoing | undefined {
    const longest = this.#lanes.reduce<Lane | undefined>(
      (most, lane) => lane.size > (most?.size ?? 0) ? lane : most,
      undefined,
    );
    return longest?.dropOldest() ?? this.#queue.shift();
  }

  /** Takes all that waits out, and sends nothing more. */
  end(): Outgoing[] {
    this.#ended = true;
    return [...this.#lanes.flatMap((lane) => lane.end()), ...this.#queue.splice(0)];
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0 && !this.#ended) {
      await this.#hooks.gate();
      const topic = await this.#find();
      if (topic !== undefined) {
        for (const out of this.#queue.splice(0)) this.#spread(out, topic);
      }
    }
    this.#running = false;
  }

  /** The topic; undefined when it is not to be had, and what waits was given up. */
  async #find(): Promise<TopicInfo | undefined> {
    const { link, gaveUp } = this.#hooks;
    let refused = 0;
    for (let attempt = 0; !this.#ended; attempt++) {
      try {
        const topic = await link.ensureTopic(this.#topic);
        if (topic === undefined) throw new TopicMissing(this.#topic);
        return topic;
      } catch (error) {
        const isRefused = judge(error) === "refused";
        if (isRefused && ++refused >= MAX_TRIES) {
          const reason = `kafka_error: ${explain(error, link.options)}`;
          this.#queue.splice(0).forEach((out) => gaveUp(out, reason));
          return undefined;
        }
        if (!isRefused) link.failed(error);
        await link.retryPause(attempt);
      }
    }
    return undefined;
  }

  /** Keys as Java's clients spread them, the others in turn. */
  #spread(out: Outgoing, { leaders }: TopicInfo): void {
    const partition = out.key === undefined
      ? Math.floor(this.#turn++ / RUN) % leaders.length
      : this.#hashOf(out.message.key!, out.key) % leaders.length;
    const lane = this.#lanes[partition] ??= new Lane(this.#topic, partition, this.#hooks);
    lane.add(out);
  }

  #hashOf(key: string, bytes: Buffer): number {
    let hash = this.#hashes.get(key);
    if (hash === undefined) {
      if (this.#hashes.size >= MAX_HASHES) this.#hashes.clear();
      hash = this.#hooks.link.client!.murmur2(bytes) & 0x7fffffff;
      this.#hashes.set(key, hash);
    }
    return hash;
  }
}
