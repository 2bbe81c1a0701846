import { UserError } from "../../core/errors.ts";
import { formatBroker, parseBootstrap } from "../../streaming/kafka/bootstrap.ts";
import { kafkaSettings } from "../../streaming/kafka/kafka_settings.ts";
import type { KafkaPlace } from "./types.ts";

/** Who decides whether Kafka is used, strongest first. */
export interface KafkaChoice {
  /** `--bus`. */
  readonly bus?: "local" | "kafka" | undefined;
  /** `--bootstrap`. */
  readonly bootstrap?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Which brokers are used; undefined when everything stays in one process. Flags count more than
 * `KAFKA_BOOTSTRAP`, `KAFKA_BOOTSTRAP_SERVERS` and `DSPY_DISABLE_KAFKA`.
 *
 * @throws {UserError} `usage` for a wish for Kafka without an address, and for settings that are none.
 */
export function kafkaPlace({ bus, bootstrap, env }: KafkaChoice): KafkaPlace | undefined {
  if (bus === "local") return undefined;
  const { disabled = false, bootstrap: known, ...rest } = kafkaSettings(env);
  const isWanted = bus === "kafka" || bootstrap !== undefined;
  if (disabled && !isWanted) return undefined;
  const brokers = parseBootstrap(bootstrap ?? known ?? []).map(formatBroker);
  if (brokers.length > 0) return { ...rest, bootstrap: brokers };
  if (!isWanted) return undefined;
  throw new UserError("usage", "Kafka is wanted, and no broker is named", {
    hint: "give --bootstrap host:port, or set KAFKA_BOOTSTRAP",
  });
}
