/**
 * `.dspy_stream.json`: which containers write logs, the topics between them, and who judges what.
 *
 * @module
 */
export { defaultStreamConfig, type DefaultStreamOptions } from "./default_stream_config.ts";
export { formatStreamConfig } from "./format_stream_config.ts";
export { parseStreamConfig } from "./parse_stream_config.ts";
export type {
  SignatureStreamConfig,
  StreamConfig,
  StreamContainer,
  StreamK8sConfig,
  StreamKafkaConfig,
  StreamSparkConfig,
  StreamTopicConfig,
  StreamVerifierConfig,
} from "./types.ts";
