import assert from "node:assert/strict";
import { kafkaPlace } from "./kafka_place.ts";
import { statusPlace } from "./status_place.ts";

const BROKER = { KAFKA_BOOTSTRAP: "kafka" };

Deno.test("kafkaPlace() uses Kafka where a broker is named, and not where that is switched off", () => {
  assert.equal(kafkaPlace({ env: {} }), undefined);
  assert.deepEqual(kafkaPlace({ env: BROKER }), { bootstrap: ["kafka:9092"] });
  assert.equal(kafkaPlace({ bus: "local", env: BROKER }), undefined);
  const off = { ...BROKER, DSPY_DISABLE_KAFKA: "1" };
  assert.equal(kafkaPlace({ env: off }), undefined);
  // Who says so on the command line means it.
  assert.deepEqual(kafkaPlace({ bus: "kafka", env: off })?.bootstrap, ["kafka:9092"]);
  assert.deepEqual(kafkaPlace({ bootstrap: "a:1,b:2", env: off })?.bootstrap, ["a:1", "b:2"]);
});

Deno.test("kafkaPlace() says what is wrong, and shows no password", () => {
  assert.throws(() => kafkaPlace({ bus: "kafka", env: {} }), /no broker is named/);
  assert.throws(
    () => kafkaPlace({ bootstrap: "sasl://u:secret@x:y:z", env: {} }),
    (error: Error) => /no Kafka broker/.test(error.message) && !error.message.includes("secret"),
  );
  assert.throws(() => kafkaPlace({ env: { ...BROKER, KAFKA_SECURITY_PROTOCOL: "X" } }), /"X"/);
});

Deno.test("statusPlace() stays on this machine unless somebody needs a token", () => {
  assert.deepEqual(statusPlace({ env: {} }).host, "127.0.0.1");
  assert.throws(() => statusPlace({ host: "0.0.0.0", env: {} }), /anybody could ask/);
  const { tokens, port } = statusPlace({
    host: "0.0.0.0",
    port: 1,
    env: { API_TOKENS: "t:viewer" },
  });
  assert.deepEqual([tokens, port], ["t:viewer", 1]);
  const file = Deno.makeTempFileSync();
  Deno.writeTextFileSync(file, '[{"token":"t","role":"viewer"}]');
  assert.equal(
    statusPlace({ env: { API_TOKENS: file } }).tokens,
    '[{"token":"t","role":"viewer"}]',
  );
  Deno.removeSync(file);
  assert.throws(() => statusPlace({ env: { API_TOKENS: file } }), /cannot be read/);
  assert.equal(statusPlace({ host: "0.0.0.0", env: { ADMIN_KEY: "k" } }).adminKey, "k");
});
