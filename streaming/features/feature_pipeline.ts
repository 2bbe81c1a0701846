import type { EventStream } from "../bus/types.ts";
import { FEATURE_NAMES } from "./feature_names.ts";
import { type FeatureSnapshot, FeatureStore } from "./feature_store.ts";
import {
  type OnlineBanditMetrics,
  type OnlineBanditOptions,
  type OnlineBanditState,
  OnlineBanditUpdater,
} from "./online_bandit_updater.ts";
import { RLVectorizer, type RLVectorizerOptions } from "./rl_vectorizer.ts";
import {
  type SignatureCounts,
  type SignatureStream,
  SignatureStreamManager,
} from "./signature_stream_manager.ts";
import {
  StreamAutoLearner,
  type StreamLearnerMetrics,
  type StreamLearnerOptions,
} from "./stream_auto_learner.ts";
import {
  VectorizedStreamOrchestrator,
  type VectorMetrics,
} from "./vectorized_stream_orchestrator.ts";

/** Options of {@linkcode createFeaturePipeline}. */
export interface FeaturePipelineOptions {
  /** What vectors are made of; may hold wildcards. */
  readonly topics: readonly string[];
  /** Where vectors go. Default `agent.rl.vectorized`. */
  readonly outTopic?: string;
  /** Rows that the figures are of. Default 512. */
  readonly window?: number;
  /** How vectors are made. */
  readonly vectorizer?: RLVectorizerOptions;
  /** Streams of judged messages. Default none. */
  readonly signatures?: readonly SignatureStream[];
  /** The online bandit: where it goes on from and where it is kept. */
  readonly bandit?: Pick<OnlineBanditOptions, "alpha" | "from" | "save" | "saveMs">;
  /** Who keeps the records of what comes in. Default: nobody, and none are made. */
  readonly writeRecord?: StreamLearnerOptions["write"];
  /** Milliseconds between two records. Default 5,000. */
  readonly recordMs?: number;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** Ends it as `stop` does. */
  readonly signal?: AbortSignal;
}

/** From messages to vectors, figures, judged signatures and an online bandit. */
export interface FeaturePipeline extends AsyncDisposable {
  /** Figures of the newest vectors; null while there are none. */
  featureSnapshot(): FeatureSnapshot | null;
  /** Counters of the vectors. */
  vectorMetrics(): VectorMetrics;
  /** Counters by signature. */
  signatureMetrics(): Record<string, SignatureCounts>;
  /** What the online bandit learned. */
  banditState(): OnlineBanditState;
  /** Counters of the online bandit. */
  banditMetrics(): OnlineBanditMetrics;
  /** Counters of the records; undefined when none are made. */
  recordMetrics(): StreamLearnerMetrics | undefined;
  /** Works off what waits, saves what is new and ends. */
  stop(): Promise<void>;
}

/**
 * Starts all of this folder on one stream: vectors of messages, their figures, signatures, the online
 * bandit and the records of what comes in.
 *
 * @throws {UserError} `usage` for options out of range.
 *
 * @example
 * ```ts
 * import { createLocalBus } from "@dspy/code/streaming/bus";
 * import { createFeaturePipeline } from "@dspy/code/streaming/features";
 * import assert from "node:assert/strict";
 *
 * const bus = createLocalBus();
 * const vectors = bus.subscribe("agent.rl.vectorized");
 * await using pipeline = createFeaturePipeline(bus, { topics: ["logs.ctx.*"] });
 * bus.publish("logs.ctx.app", { ctx: ["ERROR: disk full"] });
 * await vectors.get();
 * bus.publish("agent.learning", { tool: "grep", reward: 1 });
 * await pipeline.stop();
 * assert.equal(pipeline.featureSnapshot()?.count, 1);
 * assert.equal(pipeline.banditState().tools["grep"]?.w.length, 16);
 * await bus.close();
 * ```
 */
export function createFeaturePipeline(
  stream: EventStream,
  options: FeaturePipelineOptions,
): FeaturePipeline {
  const { topics, outTopic = "agent.rl.vectorized", signatures = [], writeRecord } = options;
  const now = options.now ?? Date.now;
  const common = { now, ...options.signal ? { signal: options.signal } : {} };

  const store = new FeatureStore({ window: options.window ?? 512, names: FEATURE_NAMES, now });
  const vectorizer = new RLVectorizer({ now, ...options.vectorizer });
  const vectors = new VectorizedStreamOrchestrator(vectorizer, store, {
    topics,
    outTopic,
    ...common,
  });
  const judges = new SignatureStreamManager(signatures, common);
  const bandit = new OnlineBanditUpdater({
    ...options.bandit,
    vector: () => store.latest,
    ...common,
  });
  const learner = writeRecord === undefined ? undefined : new StreamAutoLearner({
    write: writeRecord,
    snapshot: () => store.snapshot(),
    topic: outTopic,
    intervalMs: options.recordMs ?? 5000,
    ...common,
  });
  // Who listens first, so that nothing is missed.
  for (const part of [learner, bandit, judges, vectors]) part?.start(stream);

  async function stop(): Promise<void> {
    // Against the stream: what is worked off at the end still reaches those who listen.
    for (const part of [vectors, judges, bandit, learner]) await part?.stop();
  }

  return {
    featureSnapshot: () => store.snapshot(),
    vectorMetrics: () => vectors.metrics(),
    signatureMetrics: () => judges.metrics(),
    banditState: () => bandit.state(),
    banditMetrics: () => bandit.metrics(),
    recordMetrics: () => learner?.metrics(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
