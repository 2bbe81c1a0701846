import assert from "node:assert/strict";
import { kafkaSettings } from "./kafka_settings.ts";

Deno.test("kafkaSettings() takes brokers from both names, and hears that Kafka is off", () => {
  const both = { KAFKA_BOOTSTRAP: "a:1", KAFKA_BOOTSTRAP_SERVERS: "b:2,c:3" };
  assert.deepEqual(kafkaSettings(both), { bootstrap: ["b:2,c:3", "a:1"] });
  for (const [off, disabled] of [["1", true], ["yes", true], ["0", false], ["False", false]]) {
    const settings = kafkaSettings({ ...both, DSPY_DISABLE_KAFKA: off as string });
    assert.equal(settings.disabled ?? false, disabled, off as string);
  }
  assert.deepEqual(kafkaSettings({ KAFKA_BOOTSTRAP: " " }), {});
});

Deno.test("kafkaSettings() reads TLS and the account", () => {
  const env = {
    KAFKA_SECURITY_PROTOCOL: "sasl_ssl",
    KAFKA_SSL_CA: "PEM",
    KAFKA_SASL_MECHANISM: "scram-sha-512",
    KAFKA_SASL_USERNAME: "ann",
    KAFKA_SASL_PASSWORD: "secret",
  };
  assert.deepEqual(kafkaSettings(env), {
    tls: { ca: "PEM" },
    sasl: { mechanism: "SCRAM-SHA-512", username: "ann", password: "secret" },
  });
  assert.deepEqual(kafkaSettings({ KAFKA_SECURITY_PROTOCOL: "SSL" }), { tls: {} });
});

Deno.test("kafkaSettings() refuses a protocol or mechanism that there is not", () => {
  assert.throws(() => kafkaSettings({ KAFKA_SECURITY_PROTOCOL: "TLS" }), /"TLS"/);
  const env = { KAFKA_SECURITY_PROTOCOL: "SASL_SSL", KAFKA_SASL_MECHANISM: "GSSAPI" };
  assert.throws(() => kafkaSettings(env), /"GSSAPI"/);
});
