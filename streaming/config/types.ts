/** What `.dspy_stream.json` holds. Keys that are not known stay where they are. */
export interface StreamConfig {
  /** The broker and its topics. */
  readonly kafka: StreamKafkaConfig;
  /** The job that makes windows of log lines. */
  readonly spark: StreamSparkConfig;
  /** What is rendered for Kubernetes. */
  readonly k8s: StreamK8sConfig;
  /** What writes logs. Default none. */
  readonly containers: readonly StreamContainer[];
  /** Streams of judged messages. Default none. */
  readonly signature_streams: readonly SignatureStreamConfig[];
  /** Keys of others, kept as they are. */
  readonly [key: string]: unknown;
}

/** `kafka` of a {@linkcode StreamConfig}. */
export interface StreamKafkaConfig {
  /** Brokers, separated by commas. Default `localhost:29092`. */
  readonly bootstrap_servers: string;
  /** Address of ZooKeeper, for brokers that still need one. */
  readonly zookeeper?: string;
  /** Consumer group. Default `dspy-code`. */
  readonly group_id: string;
  /** What a write waits for: `all`, `1` or `0`. Default `all`. */
  readonly acks: string;
  /** Where vectors go. Default `agent.rl.vectorized`. */
  readonly vector_topic: string;
  /** What vectors are made of. Default contexts and results of all containers. */
  readonly vector_topics: readonly string[];
  /** All topics. Default those of `streamTopics` for the containers and signatures. */
  readonly topics: readonly StreamTopicConfig[];
  /** Keys of others, kept as they are. */
  readonly [key: string]: unknown;
}

/** A topic of a {@linkcode StreamKafkaConfig}. */
export interface StreamTopicConfig {
  /** Its name. */
  readonly name: string;
  /** Default 3. */
  readonly partitions: number;
  /** Default 1. */
  readonly replication_factor: number;
  /** Keys of others, kept as they are. */
  readonly [key: string]: unknown;
}

/** `spark` of a {@linkcode StreamConfig}. */
export interface StreamSparkConfig {
  /** Name of the job. Default `dspy-stream-logs`. */
  readonly app_name: string;
  /** Default `local[2]`. */
  readonly master: string;
  /** Relative to the workspace. Default `.dspy_checkpoints/spark_logs`. */
  readonly checkpoint_dir: string;
  /** Keys of others, kept as they are. */
  readonly [key: string]: unknown;
}

/** `k8s` of a {@linkcode StreamConfig}. */
export interface StreamK8sConfig {
  /** Default `dspy`. */
  readonly namespace: string;
  /** Image of the workers. Default `dspy-code:latest`. */
  readonly image: string;
  /** Workers of each container. Default 1. */
  readonly replicas: number;
  /** Requests and limits. Default limits of `500m` and `512Mi`. */
  readonly resources: Readonly<Record<string, unknown>>;
  /** Keys of others, kept as they are. */
  readonly [key: string]: unknown;
}

/** What writes logs. */
export interface StreamContainer {
  /** Its name in topics. */
  readonly container: string;
  /** Services in it. Default none. */
  readonly services: readonly string[];
  /** Keys of others, kept as they are. */
  readonly [key: string]: unknown;
}

/** A stream of judged messages. */
export interface SignatureStreamConfig {
  /** Of the signature. */
  readonly name: string;
  /** Topics that are read. */
  readonly sources: readonly string[];
  /** Where judged messages go. Default `signatures.<name>`. */
  readonly sink: string;
  /** Who judges. Default nobody. */
  readonly verifiers: readonly StreamVerifierConfig[];
  /** Keys of others, kept as they are. */
  readonly [key: string]: unknown;
}

/** A verifier of a {@linkcode SignatureStreamConfig}. */
export interface StreamVerifierConfig {
  /** Its key among the scores. */
  readonly name: string;
  /** ES module that it comes from. */
  readonly module: string;
  /** From 0. Default 1. */
  readonly weight: number;
  /** Keys of others, kept as they are. */
  readonly [key: string]: unknown;
}
