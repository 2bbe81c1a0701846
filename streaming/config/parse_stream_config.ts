import { UserError } from "../../core/errors.ts";
import { isRecord } from "../../core/is_record.ts";
import { checkKafkaTopic } from "../kafka/stream_topics.ts";
import { defaultStreamConfig } from "./default_stream_config.ts";
import type {
  SignatureStreamConfig,
  StreamConfig,
  StreamContainer,
  StreamTopicConfig,
  StreamVerifierConfig,
} from "./types.ts";

/** Takes a value as it was given, or refuses it; `at` says where it stands. */
type Read<T> = (value: unknown, at: string) => T;

type Fields = Readonly<Record<string, Read<unknown>>>;

/**
 * Reads `.dspy_stream.json`. What is left out gets its default, which follows the containers and
 * signatures that are named; keys that are not known stay, so that writing it again loses nothing.
 *
 * @throws {UserError} `usage` naming the place, what stands there and what is expected.
 *
 * @example
 * ```ts
 * import { formatStreamConfig, parseStreamConfig } from "@dspy/code/streaming";
 * import assert from "node:assert/strict";
 *
 * const config = parseStreamConfig('{"containers": [{"container": "shop"}], "note": "ours"}');
 * assert.deepEqual(config.kafka.vector_topics, ["logs.ctx.shop", "agent.results.shop"]);
 * assert.equal(config.note, "ours");
 * assert.deepEqual(parseStreamConfig(formatStreamConfig(config)), config);
 * assert.throws(() => parseStreamConfig('{"kafka": {"acks": 7}}'), /kafka\.acks is 7/);
 * ```
 */
export function parseStreamConfig(text: string): StreamConfig {
  const root = object(json(text), "the configuration");
  const containers = optional(root.containers, list(container), "containers");
  const signatures = optional(root.signature_streams, list(signature), "signature_streams");
  unique(containers, "container", "containers");
  unique(signatures, "name", "signature_streams");

  const defaults = defaultStreamConfig(containers, signatures ? { signatures } : {});
  return {
    ...defaults,
    ...root,
    kafka: section(root.kafka, defaults.kafka, KAFKA, "kafka"),
    spark: section(root.spark, defaults.spark, SPARK, "spark"),
    k8s: section(root.k8s, defaults.k8s, K8S, "k8s"),
    containers: containers ?? defaults.containers,
    signature_streams: signatures ?? defaults.signature_streams,
  };
}

const KAFKA: Fields = {
  bootstrap_servers: filled,
  zookeeper: filled,
  group_id: filled,
  acks,
  vector_topic: topic,
  vector_topics: list(filled),
  topics: list(topicConfig),
};

const SPARK: Fields = { app_name: filled, master: filled, checkpoint_dir: filled };

const K8S: Fields = {
  namespace: filled,
  image: filled,
  replicas: whole(0, 10_000),
  resources: object,
};

function json(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError("usage", `the configuration of streams is no JSON (${reason})`, {
      hint: "mend it, or move it away and run: dspy-code stream-init",
      cause,
    });
  }
}

function section<T extends object>(value: unknown, defaults: T, fields: Fields, at: string): T {
  const given = value === undefined ? {} : object(value, at);
  return { ...defaults, ...given, ...read(given, fields, at) };
}

/** Those of the fields that are given. */
function read(given: object, fields: Fields, at: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(given)
      .filter(([key]) => Object.hasOwn(fields, key))
      .map(([key, value]) => [key, fields[key]!(value, `${at}.${key}`)]),
  );
}

function container(value: unknown, at: string): StreamContainer {
  const given = object(value, at);
  return {
    ...given,
    container: part(given.container, `${at}.container`),
    services: optional(given.services, list(filled), `${at}.services`) ?? [],
  };
}

function signature(value: unknown, at: string): SignatureStreamConfig {
  const given = object(value, at);
  const name = part(given.name, `${at}.name`);
  const sources = list(filled)(given.sources, `${at}.sources`);
  const sink = optional(given.sink, topic, `${at}.sink`) ?? `signatures.${name}`;
  if (sources.length === 0) refuse(`${at}.sources`, given.sources, "one topic at least");
  if (sources.includes(sink)) refuse(`${at}.sink`, sink, "a topic that is none of its sources");
  const verifiers = optional(given.verifiers, list(verifier), `${at}.verifiers`) ?? [];
  unique(verifiers, "name", `${at}.verifiers`);
  return { ...given, name, sources, sink, verifiers };
}

function verifier(value: unknown, at: string): StreamVerifierConfig {
  const given = object(value, at);
  return {
    ...given,
    name: filled(given.name, `${at}.name`),
    module: filled(given.module, `${at}.module`),
    weight: optional(given.weight, weight, `${at}.weight`) ?? 1,
  };
}

function topicConfig(value: unknown, at: string): StreamTopicConfig {
  const given = object(value, at);
  const replication = given.replication_factor;
  return {
    ...given,
    name: topic(given.name, `${at}.name`),
    partitions: optional(given.partitions, whole(1, 10_000), `${at}.partitions`) ?? 3,
    replication_factor: optional(replication, whole(1, 100), `${at}.replication_factor`) ?? 1,
  };
}

function optional<T>(value: unknown, read: Read<T>, at: string): T | undefined {
  return value === undefined ? undefined : read(value, at);
}

function list<T>(item: Read<T>): Read<T[]> {
  return (value, at) =>
    Array.isArray(value)
      ? value.map((one, i) => item(one, `${at}[${i}]`))
      : refuse(at, value, "a list");
}

function object(value: unknown, at: string): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : refuse(at, value, "an object");
}

function filled(value: unknown, at: string): string {
  return typeof value === "string" && value.trim() !== ""
    ? value
    : refuse(at, value, "text that is not empty");
}

function topic(value: unknown, at: string): string {
  const name = filled(value, at);
  try {
    checkKafkaTopic(name);
  } catch {
    refuse(at, value, "a topic: letters, digits, dots, - and _, at most 249");
  }
  return name;
}

/** What stands between the dots of a topic. */
function part(value: unknown, at: string): string {
  return typeof value === "string" && /^[A-Za-z0-9_-]{1,100}$/.test(value)
    ? value
    : refuse(at, value, "a name: letters, digits, - and _, at most 100");
}

function acks(value: unknown, at: string): string {
  return ["all", "1", "0"].includes(value as string)
    ? value as string
    : refuse(at, value, '"all", "1" or "0"');
}

function weight(value: unknown, at: string): number {
  return typeof value === "number" && value >= 0 && value < Infinity
    ? value
    : refuse(at, value, "a number from 0");
}

function whole(low: number, high: number): Read<number> {
  return (value, at) =>
    Number.isInteger(value) && value as number >= low && value as number <= high
      ? value as number
      : refuse(at, value, `a whole number from ${low} to ${high}`);
}

function unique<K extends string>(
  items: readonly Readonly<Record<K, unknown>>[] | undefined,
  key: K,
  at: string,
): void {
  const seen = new Set<unknown>();
  for (const [i, item] of (items ?? []).entries()) {
    if (seen.has(item[key])) refuse(`${at}[${i}].${key}`, item[key], "one of its own");
    seen.add(item[key]);
  }
}

function refuse(at: string, value: unknown, expected: string): never {
  const shown = value === undefined ? "missing" : JSON.stringify(value).slice(0, 80);
  throw new UserError("usage", `${at} is ${shown}`, { hint: `expected ${expected}` });
}
