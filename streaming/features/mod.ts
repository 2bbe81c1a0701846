/**
 * What streams are like, as numbers: each message becomes a vector of sixteen features, a window of
 * them has figures, signatures are judged by verifiers, and an online bandit learns what a reward is
 * worth in the state the streams are in. Nothing here touches the outside: index, clock and files are
 * handed in.
 *
 * @example
 * ```ts
 * import { FeatureStore, RLVectorizer } from "@dspy/code/streaming/features";
 * import assert from "node:assert/strict";
 *
 * const vectorizer = new RLVectorizer();
 * const store = new FeatureStore();
 * for (const line of ["ERROR: no route", "ERROR: no route to host", "started"]) {
 *   store.update(await vectorizer.vectorize("logs.raw.app", line));
 * }
 * const { means, feature_names } = store.snapshot()!;
 * assert.ok(means[feature_names.indexOf("error_density")]! > 0.15);
 * ```
 *
 * @module
 */
export {
  createFeaturePipeline,
  type FeaturePipeline,
  type FeaturePipelineOptions,
} from "./feature_pipeline.ts";

// From a message to a vector.
export { FEATURE_NAMES, type FeatureName } from "./feature_names.ts";
export { type PayloadText, payloadText } from "./payload_text.ts";
export { RLVectorizer, type RLVectorizerOptions } from "./rl_vectorizer.ts";
export { type TextFeatures, textFeatures, type TextFeaturesOptions } from "./text_features.ts";
export type { TextHit, TextIndex } from "./text_index.ts";
export { createTfIdfIndex, type TextChunk, type TfIdfIndex } from "./tf_idf_index.ts";
export type { VectorizedMeta, VectorizedRecord } from "./vectorized_record.ts";

// Over streams.
export { type FeatureSnapshot, FeatureStore, type FeatureStoreOptions } from "./feature_store.ts";
export { loadSignatures, type LoadVerifier } from "./load_signatures.ts";
export {
  type OnlineBanditMetrics,
  type OnlineBanditOptions,
  type OnlineBanditState,
  OnlineBanditUpdater,
  type OnlineToolState,
} from "./online_bandit_updater.ts";
export {
  type SignatureCounts,
  type SignatureEvent,
  type SignatureStream,
  SignatureStreamManager,
  type SignatureStreamOptions,
  type StreamVerifier,
} from "./signature_stream_manager.ts";
export {
  SparkCheckpointMonitor,
  type SparkCheckpointOptions,
  type SparkHealth,
} from "./spark_checkpoint_monitor.ts";
export {
  StreamAutoLearner,
  type StreamLearnerMetrics,
  type StreamLearnerOptions,
  type StreamLearnerRecord,
} from "./stream_auto_learner.ts";
export {
  type VectorizedStreamOptions,
  VectorizedStreamOrchestrator,
  type VectorMetrics,
} from "./vectorized_stream_orchestrator.ts";
