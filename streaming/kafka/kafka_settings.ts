import { UserError } from "../../core/errors.ts";
import type { KafkaSasl, KafkaSettings } from "./types.ts";

const MECHANISMS = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"] as const;

/**
 * Reads where Kafka is from the environment.
 *
 * | name | meaning |
 * | --- | --- |
 * | `KAFKA_BOOTSTRAP_SERVERS`, `KAFKA_BOOTSTRAP` | brokers; both are used |
 * | `DSPY_DISABLE_KAFKA` | anything but empty, `0` and `false`: off |
 * | `KAFKA_SECURITY_PROTOCOL` | `PLAINTEXT`, `SSL`, `SASL_PLAINTEXT`, `SASL_SSL` |
 * | `KAFKA_SSL_CA`, `KAFKA_SSL_CERT`, `KAFKA_SSL_KEY` | PEM texts |
 * | `KAFKA_SASL_MECHANISM`, `KAFKA_SASL_USERNAME`, `KAFKA_SASL_PASSWORD`, `KAFKA_SASL_TOKEN` | the account |
 *
 * @param env the environment, as an object.
 * @throws {UserError} `usage` for a protocol or mechanism that there is not.
 *
 * @example
 * ```ts
 * import { kafkaSettings } from "@dspy/code/streaming/kafka";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(kafkaSettings({ KAFKA_BOOTSTRAP: "localhost:29092" }), {
 *   bootstrap: ["localhost:29092"],
 * });
 * ```
 */
export function kafkaSettings(env: Readonly<Record<string, string | undefined>>): KafkaSettings {
  const bootstrap = [env.KAFKA_BOOTSTRAP_SERVERS, env.KAFKA_BOOTSTRAP]
    .filter((text) => text !== undefined && text.trim() !== "") as string[];
  const off = env.DSPY_DISABLE_KAFKA?.trim().toLowerCase() ?? "";
  const protocol = (env.KAFKA_SECURITY_PROTOCOL?.trim() || "PLAINTEXT").toUpperCase();
  if (!["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"].includes(protocol)) {
    throw new UserError("usage", `KAFKA_SECURITY_PROTOCOL is "${protocol}"`, {
      hint: "it is PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL",
    });
  }
  return {
    ...bootstrap.length > 0 && { bootstrap },
    ...!["", "0", "false"].includes(off) && { disabled: true },
    ...protocol.endsWith("SSL") && { tls: tlsOf(env) },
    ...protocol.startsWith("SASL") && { sasl: saslOf(env) },
  };
}

function tlsOf(env: Readonly<Record<string, string | undefined>>) {
  const { KAFKA_SSL_CA: ca, KAFKA_SSL_CERT: cert, KAFKA_SSL_KEY: key } = env;
  return { ...ca && { ca }, ...cert && { cert }, ...key && { key } };
}

function saslOf(env: Readonly<Record<string, string | undefined>>): KafkaSasl {
  const name = (env.KAFKA_SASL_MECHANISM?.trim() || "PLAIN").toUpperCase();
  const mechanism = MECHANISMS.find((known) => known === name);
  if (mechanism === undefined) {
    throw new UserError("usage", `KAFKA_SASL_MECHANISM is "${name}"`, {
      hint: `it is one of ${MECHANISMS.join(", ")}`,
    });
  }
  const { KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = env;
  const { KAFKA_SASL_TOKEN: token } = env;
  return {
    mechanism,
    ...username && { username },
    ...password && { password },
    ...token && { token },
  };
}
