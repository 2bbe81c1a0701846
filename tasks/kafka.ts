// deno-lint-ignore-file no-console -- a script for the command line
/**
 * A Kafka on this machine, from Maven's jars: `deno task kafka:up [port]` starts one node and prints
 * where it is, `deno task kafka:down` ends it and removes its data.
 */
import { join } from "node:path";
import { startBroker } from "./_kafka_broker.ts";
import { cacheFolder, Missing } from "./_maven_jars.ts";

const STATE = join(cacheFolder(), "kafka-up.json");

interface Up {
  readonly bootstrap: string;
  readonly pid: number;
  readonly dir: string;
}

if (import.meta.main) {
  const [verb, port] = Deno.args;
  if (verb === "up") await up(port === undefined ? undefined : Number(port));
  else if (verb === "down") await down();
  else {
    console.error("usage: kafka.ts up [port] | down");
    Deno.exit(2);
  }
}

async function up(port: number | undefined): Promise<void> {
  const running = await readState();
  if (running !== undefined && alive(running.pid)) return tell(running);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
    console.error(`"${port}" is no port`);
    Deno.exit(2);
  }
  const dir = await Deno.makeTempDir({ prefix: "dspy-kafka-" });
  try {
    const options = { dir, detached: true, ...port !== undefined && { port } };
    const { bootstrap, pid } = await startBroker(options);
    await Deno.writeTextFile(STATE, JSON.stringify({ bootstrap, pid, dir }));
    tell({ bootstrap, pid, dir });
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    console.log(`SKIP kafka: ${error.message}`);
    Deno.exit(Deno.env.get("DSPY_REQUIRE_KAFKA") === "1" ? 1 : 0);
  }
}

async function down(): Promise<void> {
  const running = await readState();
  if (running === undefined) return console.log("no Kafka is up");
  if (alive(running.pid)) Deno.kill(running.pid, "SIGTERM");
  for (const end = Date.now() + 15_000; alive(running.pid);) {
    if (Date.now() > end) Deno.kill(running.pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await Deno.remove(running.dir, { recursive: true }).catch(() => {});
  await Deno.remove(STATE);
  console.log("Kafka is down");
}

function tell({ bootstrap }: Up): void {
  console.log(`Kafka is up; KAFKA_BOOTSTRAP=${bootstrap}`);
}

async function readState(): Promise<Up | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(STATE));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Whether it is our broker and not another process that got its number. */
function alive(pid: number): boolean {
  const { stdout } = new Deno.Command("ps", { args: ["-o", "args=", "-p", String(pid)] })
    .outputSync();
  return new TextDecoder().decode(stdout).includes("kafka.Kafka");
}
