/**
 * The bus over Apache Kafka: the contract of `streaming/bus`, kept between machines. Nothing of it is
 * loaded before there is a broker that answers.
 *
 * @module
 */
export { type BrokerAddress, parseBootstrap } from "./bootstrap.ts";
export { type CreatedTopics, createTopics } from "./create_topics.ts";
export { createKafkaBus } from "./kafka_bus.ts";
export { kafkaClientFiles } from "./kafka_client_files.ts";
export { kafkaSettings } from "./kafka_settings.ts";
export {
  type InspectedTopic,
  type KafkaReport,
  type KafkaStreamInspector,
  kafkaStreamInspector,
} from "./kafka_stream_inspector.ts";
export { sparkScript, type SparkScriptOptions } from "./spark_script.ts";
export { streamTopics, type StreamTopicsOptions } from "./stream_topics.ts";
export { topicCommands } from "./topic_commands.ts";
export type {
  KafkaBus,
  KafkaBusOptions,
  KafkaMessage,
  KafkaSasl,
  KafkaSettings,
  KafkaTls,
  ProcessOptions,
  Processor,
  TopicShape,
} from "./types.ts";
