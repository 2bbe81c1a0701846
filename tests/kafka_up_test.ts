import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { sandbox } from "./_cli.ts";
import { testBroker } from "./_kafka.ts";
import { startService } from "./_service.ts";

const EXAMPLE = fileURLToPath(new URL("../examples/three_services/", import.meta.url));
const kafka = testBroker("kafka_up_test");

kafka.test("up and two workers answer three services over Kafka, each context once", async ({ bootstrap }) => {
  await using box = await sandbox();
  const bus = ["--bus", "kafka", "--bootstrap", bootstrap];
  const made = await box.cli([
    "stream-topics-create",
    "--bootstrap",
    bootstrap,
    "--partitions",
    "2",
  ]);
  assert.equal(made.code, 0, made.stderr);
  const again = await box.cli(["stream-topics-create", "--bootstrap", bootstrap]);
  assert.match(again.stdout, /logs\.ctx\.backend {2}was there/);

  await using first = startService(box, ["worker", "--topic", "backend", ...bus]);
  await using second = startService(box, ["worker", "--topic", "frontend", ...bus]);
  await first.until("service.start");
  await second.until("service.start");
  await using up = startService(box, [
    "up",
    ...bus,
    "--workers",
    "0",
    "--window-sec",
    "1",
    "--no-status",
  ]);
  await up.until("service.start");
  const services = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-config", `${EXAMPLE}start.ts`, "6", box.ws],
    stdout: "null",
  }).spawn();
  const seen = await up.until("service.result", ({ container }) => container === "backend");
  assert.match(seen.plan, /backend\.ts/);
  await up.until("service.result", ({ container }) => container === "frontend");
  await services.status;
  for (const service of [up, first, second]) service.kill("SIGINT");
  for (const service of [up, first, second]) {
    const { code, stderr } = await service.ended;
    assert.equal(code, 0, stderr);
  }
  const { stdout } = await box.cli(["last", "--container", "frontend", "--what", "key_points"]);
  assert.match(stdout, /502/);
  const tail = await box.cli([
    "tail",
    "--stream",
    "agent.results.backend",
    "--bootstrap",
    bootstrap,
  ]);
  const results = tail.stdout.trim().split("\n").map((line) => JSON.parse(line));
  assert.ok(results.length > 0 && results.every(({ container }) => container === "backend"));
});
