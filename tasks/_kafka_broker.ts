import { join } from "node:path";
import { javaArgs, kafkaJars } from "./_kafka_jars.ts";

/** A broker of ours on loopback. It dies with the process that started it. */
export interface Broker extends AsyncDisposable {
  /** `host:port` for clients. */
  readonly bootstrap: string;
  /** Its node id. */
  readonly id: number;
  /** Its process. */
  readonly pid: number;
  /** Ends it at once, as a power cut would; what it wrote stays. */
  kill9(): Promise<void>;
  /** Ends it in order. */
  stop(): Promise<void>;
  /** Starts it again on the same port and data. */
  restart(): Promise<void>;
}

/** Options of {@linkcode startBroker}. */
export interface BrokerOptions {
  /** Folder for its data and log; made when missing. */
  readonly dir: string;
  /** Port for clients. Default: a free one. */
  readonly port?: number;
  /** Whether it outlives this process; end it by its {@linkcode Broker.pid}. Default false. */
  readonly detached?: boolean;
  /** Further lines of the properties file. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** Starts one node that is broker and controller, and waits until it answers. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const [broker] = await startNodes(1, options);
  return broker!;
}

/** Starts nodes that know each other; topics have a copy on up to three of them. */
export async function startCluster(nodes: number, options: BrokerOptions): Promise<Broker[]> {
  return await startNodes(nodes, options);
}

async function startNodes(count: number, options: BrokerOptions): Promise<Broker[]> {
  const jars = await kafkaJars();
  await archiveClasses(jars);
  try {
    return await startOnce(jars, count, options);
  } catch {
    // A free port may have been taken meanwhile.
    return await startOnce(jars, count, { ...options, dir: join(options.dir, "again") });
  }
}

async function startOnce(jars: string, count: number, options: BrokerOptions): Promise<Broker[]> {
  const clusterId = randomUuid();
  const ports = freePorts(count * 2);
  if (options.port !== undefined) ports[0] = options.port;
  const controllers = ports.slice(count);
  const voters = controllers.map((port, at) => `${at + 1}@127.0.0.1:${port}`).join(",");
  const nodes = await Promise.all(controllers.map(async (controller, at) => {
    const dir = join(options.dir, `node${at + 1}`);
    await Deno.mkdir(dir, { recursive: true });
    const node = new Node(at + 1, ports[at]!, dir, await javaArgs(jars), options.detached);
    await node.format(clusterId, propertiesOf(node, controller, voters, count, options));
    return node;
  }));
  try {
    await Promise.all(nodes.map((node) => node.restart()));
  } catch (error) {
    await Promise.all(nodes.map((node) => node.kill9()));
    throw error;
  }
  return nodes;
}

function propertiesOf(
  { id, port, dir }: Node,
  controller: number,
  voters: string,
  count: number,
  { properties = {} }: BrokerOptions,
): Record<string, string> {
  const copies = String(Math.min(count, 3));
  return {
    "process.roles": "broker,controller",
    "node.id": String(id),
    "controller.quorum.voters": voters,
    "listeners": `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${port}`,
    "controller.listener.names": "CONTROLLER",
    "log.dirs": join(dir, "data"),
    "offsets.topic.replication.factor": copies,
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": copies,
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "2",
    "default.replication.factor": copies,
    "min.insync.replicas": count >= 3 ? "2" : "1",
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": "0",
    // After a kill the old session of a broker would block its return for 9 s.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "log.cleaner.dedupe.buffer.size": "8000000",
    ...properties,
  };
}

/**
 * The second process of the shell waits for the end of our stdin: no broker outlives a killed test.
 * The shell itself ends with the broker.
 */
const ATTACHED = 'exec 3<&0; log=$1; shift; "$@" >>"$log" 2>&1 3<&- & java=$!; echo $java; ' +
  "(cat <&3; kill -9 $java) >/dev/null 2>&1 & wait $java";
const DETACHED = 'log=$1; shift; nohup "$@" >>"$log" 2>&1 </dev/null & echo $!';

interface Running {
  readonly child: Deno.ChildProcess;
  readonly pid: number;
  ended?: Deno.CommandStatus;
}

class Node implements Broker {
  readonly bootstrap: string;
  #running: Running | undefined;

  constructor(
    readonly id: number,
    readonly port: number,
    readonly dir: string,
    readonly java: readonly string[],
    readonly detached: boolean = false,
  ) {
    this.bootstrap = `127.0.0.1:${port}`;
  }

  get pid(): number {
    return this.#running?.pid ?? -1;
  }

  async format(clusterId: string, properties: Readonly<Record<string, string>>): Promise<void> {
    const file = join(this.dir, "kraft.properties");
    const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}\n`);
    await Deno.writeTextFile(file, lines.join(""));
    const { code, stdout, stderr } = await new Deno.Command("java", {
      args: [...this.java, "kafka.tools.StorageTool", "format", "-t", clusterId, "-c", file],
      stdin: "null",
    }).output();
    if (code === 0) return;
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    throw new Error(`the broker's folder could not be made: ${said.slice(-1000)}`);
  }

  async restart(): Promise<void> {
    if (this.#running !== undefined) throw new Error(`broker ${this.id} is running`);
    const child = new Deno.Command("sh", {
      args: [
        "-c",
        this.detached ? DETACHED : ATTACHED,
        "broker",
        join(this.dir, "log"),
        "java",
        ...this.java,
        "kafka.Kafka",
        join(this.dir, "kraft.properties"),
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const reader = child.stdout.getReader();
    const { value } = await reader.read();
    await reader.cancel();
    const running: Running = {
      child,
      pid: Number(new TextDecoder().decode(value).trim()),
    };
    this.#running = running;
    if (!this.detached) child.status.then((status) => running.ended = status);
    for (const end = Date.now() + 90_000; !await answers(this.port);) {
      if (running.ended || Date.now() > end) {
        await this.kill9();
        const log = await Deno.readTextFile(join(this.dir, "log"));
        const ended = JSON.stringify(running.ended ?? "after 90 s");
        throw new Error(`broker ${this.id} did not start (${ended}):\n${log.slice(-2000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async kill9(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end("SIGKILL");
  }

  async #end(signal: Deno.Signal): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    if (!running.ended) Deno.kill(running.pid, signal);
    const late = setTimeout(() => Deno.kill(running.pid, "SIGKILL"), 15_000);
    await running.child.status;
    clearTimeout(late);
    await running.child.stdin.close();
  }
}

/** Writes the archive of parsed classes beside the jars: one start and stop, once per cache. */
async function archiveClasses(jars: string): Promise<void> {
  const archive = join(jars, "classes.jsa");
  if (await Deno.stat(archive).then(() => true, () => false)) return;
  const dir = await Deno.makeTempDir({ prefix: "dspy-kafka-" });
  const scratch = `${archive}.${Deno.pid}`;
  try {
    const [port, controller] = freePorts(2);
    const java = [`-XX:ArchiveClassesAtExit=${scratch}`, ...await javaArgs(jars)];
    const node = new Node(1, port!, dir, java);
    const plain = new Node(1, port!, dir, java.slice(1));
    await plain.format(
      randomUuid(),
      propertiesOf(node, controller!, `1@127.0.0.1:${controller}`, 1, { dir }),
    );
    await node.restart();
    await node.stop();
    await Deno.rename(scratch, archive);
  } catch {
    // Only time is lost: a broker starts without it too.
    await Deno.remove(scratch).catch(() => {});
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

function freePorts(count: number): number[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  const ports = listeners.map(({ addr }) => (addr as Deno.NetAddr).port);
  for (const listener of listeners) listener.close();
  return ports;
}

async function answers(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}

/** As Kafka writes its ids: 16 bytes in base64url. */
function randomUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0]! &= 0x7f;
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_")
    .replace(/=+$/, "");
}
