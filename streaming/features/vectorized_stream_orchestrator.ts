import { describeError } from "../../core/errors.ts";
import type { EventStream, Message } from "../bus/types.ts";
import { workOff } from "./_work_off.ts";
import type { FeatureStore } from "./feature_store.ts";
import type { RLVectorizer } from "./rl_vectorizer.ts";

/** Options of {@linkcode VectorizedStreamOrchestrator}. */
export interface VectorizedStreamOptions {
  /** What is read; may hold wildcards. Said twice is read once, and the out topic never. */
  readonly topics: readonly string[];
  /** Where vectors go. Default `agent.rl.vectorized`. */
  readonly outTopic?: string;
  /** Consumer group that shares the work over processes. Default `vectorizer`. */
  readonly group?: string;
  /** Ends it as `stop` does. */
  readonly signal?: AbortSignal;
}

/** Counters of a {@linkcode VectorizedStreamOrchestrator}; JSON names are the seeds'. */
export interface VectorMetrics {
  /** Vectors that went out. */
  readonly processed: number;
  /** Messages without text. */
  readonly dropped: number;
  /** Tries that failed; the bus decides whether the message comes again. */
  readonly errors: number;
  /** Why the last one failed. */
  readonly last_error: string | null;
  /** Seconds since the epoch of the newest vector. */
  readonly last_emission_ts: number | null;
  /** Vectors by the topic of their message. */
  readonly per_topic: Readonly<Record<string, number>>;
  /** What is read. */
  readonly topics: readonly string[];
  /** Where vectors go. */
  readonly out_topic: string;
}

/** A message that fails twice fails always: what is done with it depends on nothing else. */
const MAX_ATTEMPTS = 2;

/**
 * Reads topics, publishes the vector of each message and keeps the figures of a store up to date. A
 * message counts as done when its vector is stored where the bus stores it.
 *
 * @example
 * ```ts
 * import { createLocalBus } from "@dspy/code/streaming/bus";
 * import {
 *   FeatureStore,
 *   RLVectorizer,
 *   VectorizedStreamOrchestrator,
 * } from "@dspy/code/streaming/features";
 * import assert from "node:assert/strict";
 *
 * const bus = createLocalBus();
 * const vectors = bus.subscribe("agent.rl.vectorized");
 * const orchestrator = new VectorizedStreamOrchestrator(
 *   new RLVectorizer(),
 *   new FeatureStore(),
 *   { topics: ["logs.ctx.*"] },
 * );
 * orchestrator.start(bus);
 * bus.publish("logs.ctx.app", { ctx: ["ERROR: no route"] });
 * assert.equal((await vectors.get())?.key, "logs.ctx.app");
 * await orchestrator.stop();
 * assert.equal(orchestrator.metrics().processed, 1);
 * await bus.close();
 * ```
 */
export class VectorizedStreamOrchestrator {
  readonly #vectorizer: RLVectorizer;
  readonly #store: FeatureStore;
  readonly #topics: readonly string[];
  readonly #outTopic: string;
  readonly #group: string;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #counts = { processed: 0, dropped: 0, errors: 0 };
  readonly #perTopic = new Map<string, number>();
  #lastError: string | null = null;
  #lastEmission: number | null = null;
  #work: Promise<unknown> | undefined;

  /** Makes one; `start` begins. */
  constructor(
    vectorizer: RLVectorizer,
    store: FeatureStore,
    options: VectorizedStreamOptions,
  ) {
    const { topics, outTopic = "agent.rl.vectorized", group = "vectorizer", signal } = options;
    this.#vectorizer = vectorizer;
    this.#store = store;
    this.#topics = [...new Set(topics)].filter((topic) => topic !== outTopic);
    this.#outTopic = outTopic;
    this.#group = group;
    this.#signal = AbortSignal.any([this.#stop.signal, ...signal ? [signal] : []]);
  }

  /** Subscribes to the topics; a second call does nothing. */
  start(stream: EventStream): void {
    this.#work ??= Promise.all(this.#topics.map((topic) => {
      const options = { ack: "manual", maxAttempts: MAX_ATTEMPTS } as const;
      const subscription = stream.subscribeGroup(topic, this.#group, options);
      return workOff(subscription, (message) => this.#vectorize(message, stream), {
        signal: this.#signal,
        onError: (error) => {
          this.#counts.errors++;
          this.#lastError = describeError(error);
        },
      });
    }));
  }

  /** Makes the vectors of what waits, within two seconds, and ends the subscriptions. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#work;
  }

  /** Counters; O(topics). */
  metrics(): VectorMetrics {
    return {
      ...this.#counts,
      last_error: this.#lastError,
      last_emission_ts: this.#lastEmission,
      per_topic: Object.fromEntries(this.#perTopic),
      topics: this.#topics,
      out_topic: this.#outTopic,
    };
  }

  async #vectorize({ id, topic, value }: Message, stream: EventStream): Promise<void> {
    // A wildcard may fit the out topic, too.
    if (topic === this.#outTopic) return;
    const record = await this.#vectorizer.vectorize(topic, value);
    if (record === null) {
      this.#counts.dropped++;
      return;
    }
    // First, so that who has the vector finds it in the figures.
    this.#store.update(record);
    await stream.send(this.#outTopic, record, { key: topic, id: `vector:${id}` });
    this.#counts.processed++;
    this.#lastEmission = record.ts;
    this.#perTopic.set(topic, (this.#perTopic.get(topic) ?? 0) + 1);
  }
}
