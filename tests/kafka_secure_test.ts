/** A broker that wants TLS and a password. */
import assert from "node:assert/strict";
import { startBroker } from "../tasks/_kafka_broker.ts";
import { Missing } from "../tasks/_maven_jars.ts";
import { createKafkaBus } from "../streaming/kafka/kafka_bus.ts";
import { kafkaSettings } from "../streaming/kafka/kafka_settings.ts";
import { sandbox } from "./_cli.ts";
import { startService } from "./_service.ts";
import { append, childOf } from "./_up.ts";

const PASSWORD = "correct-horse";

Deno.test("TLS and SASL are passed through, and no secret is shown", async (t) => {
  const dir = await Deno.makeTempDir({ prefix: "dspy-kafka-" });
  try {
    const pem = await selfSigned(dir);
    const broker = await startBroker({ dir, properties: secured(pem) });
    await t.step("with the right password it works", async () => {
      const warnings: string[] = [];
      const warn = (line: string) => void warnings.push(line);
      const bus = createKafkaBus({ ...settings(broker.bootstrap, pem.cert, PASSWORD), warn });
      const reader = bus.subscribeGroup("secure.a", "g", { ack: "manual" });
      await bus.ready();
      await bus.send("secure.a", "secret thing");
      const message = await reader.get({ timeoutMs: 20_000 });
      assert.equal(message?.value, "secret thing");
      reader.ack(message!);
      assert.deepEqual([bus.health().available, warnings], [true, []]);
      await bus.close();
    });
    await t.step("with a wrong one, or none, one line says why", async () => {
      for (const [password, cert] of [["wrong-horse", pem.cert], [PASSWORD, undefined]] as const) {
        const warnings: string[] = [];
        const warn = (line: string) => void warnings.push(line);
        const bus = createKafkaBus({ ...settings(broker.bootstrap, cert, password), warn });
        const { seq } = await bus.send("secure.a", 1);
        assert.equal(seq, 1, "it stays in the process");
        const shown = warnings.join("\n") + JSON.stringify(bus.health()) + Deno.inspect(bus);
        assert.ok(!shown.includes(password), shown);
        assert.match(
          warnings[0]!,
          cert ? /not used: .*authentication/i : /not used: .*certificate/i,
        );
        assert.equal(warnings.length, 1);
        await bus.close();
      }
    });
    await t.step(
      "up over it has the password in no output, file, argument or environment",
      async () => {
        await using box = await sandbox({ "logs/shop.log": "" });
        const env = variables(broker.bootstrap, pem.cert, PASSWORD);
        await using up = startService(box, ["up", "--window-sec", "1", "--no-status"], env);
        assert.equal((await up.until("service.start")).bus, "kafka");
        await append(box, "logs/shop.log", "ERROR it broke\n");
        await up.until("service.result", ({ key_points }) => key_points.includes("it broke"));
        const service = await childOf(up.pid);
        const shown: Record<string, string> = {};
        for (const name of ["cmdline", "environ"]) {
          shown[name] = await Deno.readTextFile(`/proc/${service}/${name}`);
        }
        up.kill("SIGINT");
        const { code, stderr } = await up.ended;
        assert.equal(code, 0, stderr);
        const { stdout: files } = await new Deno.Command("grep", {
          args: ["-rla", PASSWORD, box.ws],
        })
          .output();
        Object.assign(shown, { stderr, events: JSON.stringify(up.events) });
        for (const [where, text] of Object.entries(shown)) {
          assert.ok(!text.includes(PASSWORD), `the password is in ${where}`);
        }
        assert.equal(new TextDecoder().decode(files), "");
      },
    );
    await broker.kill9();
  } catch (error) {
    if (!(error instanceof Missing) || Deno.env.get("DSPY_REQUIRE_KAFKA") === "1") throw error;
    // deno-lint-ignore no-console -- says what is skipped
    console.log(`SKIP tests/kafka_secure_test.ts: ${error.message}`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

function settings(bootstrap: string, ca: string | undefined, password: string) {
  return kafkaSettings(variables(bootstrap, ca, password));
}

function variables(bootstrap: string, ca: string | undefined, password: string) {
  return {
    KAFKA_BOOTSTRAP: bootstrap,
    KAFKA_SECURITY_PROTOCOL: "SASL_SSL",
    ...ca !== undefined && { KAFKA_SSL_CA: ca },
    KAFKA_SASL_MECHANISM: "PLAIN",
    KAFKA_SASL_USERNAME: "ann",
    KAFKA_SASL_PASSWORD: password,
  };
}

/** Clients come by TLS and a password; the node's controller stays as it is. */
function secured({ cert, key }: { cert: string; key: string }): Record<string, string> {
  const line = (pem: string) => pem.trim().replaceAll("\n", " \\\n ");
  return {
    "listener.security.protocol.map": "PLAINTEXT:SASL_SSL,CONTROLLER:PLAINTEXT",
    "inter.broker.listener.name": "PLAINTEXT",
    "sasl.mechanism.inter.broker.protocol": "PLAIN",
    "sasl.enabled.mechanisms": "PLAIN",
    "listener.name.plaintext.plain.sasl.jaas.config":
      "org.apache.kafka.common.security.plain.PlainLoginModule required " +
      `username="broker" password="b" user_broker="b" user_ann="${PASSWORD}";`,
    "ssl.keystore.type": "PEM",
    "ssl.keystore.certificate.chain": line(cert),
    "ssl.keystore.key": line(key),
    "ssl.truststore.type": "PEM",
    "ssl.truststore.certificates": line(cert),
  };
}

async function selfSigned(dir: string): Promise<{ cert: string; key: string }> {
  const { code } = await new Deno.Command("openssl", {
    args: [
      ..."req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1".split(" "),
      "-addext",
      "subjectAltName=IP:127.0.0.1",
      "-keyout",
      `${dir}/key.pem`,
      "-out",
      `${dir}/cert.pem`,
    ],
    stderr: "null",
  }).output().catch((cause) => {
    throw new Missing("openssl is not installed", { cause });
  });
  assert.equal(code, 0);
  const [cert, key] = await Promise.all(
    ["cert", "key"].map((name) => Deno.readTextFile(`${dir}/${name}.pem`)),
  );
  return { cert: cert!, key: key! };
}
