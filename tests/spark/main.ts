// deno-lint-ignore-file no-console -- a script for the command line
/**
 * The Spark job beside our own windows: one recorded input through a real Kafka into both, equal
 * windows, also when the job is killed and started again. Takes some minutes and, the first time,
 * fetches Spark (about 400 MB); `deno task test:spark`. Skipped aloud where Java, Maven, Python or
 * the package are not to be had.
 */
import assert from "node:assert/strict";
import { basename, delimiter, join } from "node:path";
import { createKafkaBus } from "../../streaming/kafka/kafka_bus.ts";
import { createTopics } from "../../streaming/kafka/create_topics.ts";
import { sparkScript } from "../../streaming/kafka/spark_script.ts";
import type { Message } from "../../streaming/bus/types.ts";
import type { LogWindow } from "../../streaming/logs/log_window.ts";
import { windowEvent } from "../../streaming/logs/window_event.ts";
import { windowsOf } from "../../streaming/logs/windows_of.ts";
import { startBroker } from "../../tasks/_kafka_broker.ts";
import { cacheFolder, mavenJars, Missing } from "../../tasks/_maven_jars.ts";

/** The registry may lack parts of newer ones: 4.0.1 and 3.5.5 were refused where this was written. */
const SPARK = "4.0.0";
/** What PySpark does not bring along; the rest of what Maven fetches it has. */
const JARS = /^(spark-sql-kafka|spark-token-provider|kafka-clients|commons-pool2)/;
const TOPICS = ["logs.raw.app", "logs.raw.web"];
/** Event times begin here: not long ago, since a broker removes records that say they are old. */
const BASE = Math.floor(Date.now() / 60_000 - 30) * 60_000;

try {
  await run();
  console.log("Spark and TypeScript give the same windows");
} catch (error) {
  if (!(error instanceof Missing)) throw error;
  console.log(`SKIP test:spark: ${error.message}`);
}

async function run(): Promise<void> {
  const python = await sparkPython();
  const jars = await mavenJars(`spark-kafka-${SPARK}`, [
    `org.apache.spark:spark-sql-kafka-0-10_2.13:${SPARK}`,
  ]);
  const dir = await Deno.makeTempDir({ prefix: "dspy-spark-" });
  const broker = await startBroker({ dir });
  const { bootstrap } = broker;
  await Deno.writeTextFile(join(dir, "spark_logs.py"), sparkScript({ bootstrap }));
  const contexts = TOPICS.map((topic) => topic.replace("raw", "ctx"));
  await createTopics({ bootstrap }, [...TOPICS, ...contexts], { partitions: 1 });
  let now = BASE;
  const bus = createKafkaBus({ bootstrap, now: () => now, maxWaiting: 0 });
  const recorded: Message[] = [];
  for (const topic of TOPICS) {
    bus.subscribe(topic, (message) => void recorded.push(message), { after: 0, maxsize: 0 });
  }
  const made = new Map<string, unknown>();
  let repeated = 0;
  for (const topic of contexts) {
    bus.subscribe(topic, ({ id, value }) => {
      if (made.has(id)) repeated++;
      made.set(id, value);
    }, { after: 0, maxsize: 0 });
  }
  await bus.ready();
  const random = numbers(7);
  const send = async (from: number, to: number, count: number) => {
    for (let i = 0; i < count; i++) {
      const ts = BASE + from + (to - from) * i / count - random() * 50_000;
      for (const topic of TOPICS) {
        now = Math.max(BASE, Math.floor(ts));
        bus.publish(topic, valueOf(now, random));
      }
    }
    await bus.flush();
  };

  try {
    await send(60_000, 600_000, 800);
    let job = startJob(python, jars, dir);
    const first = () => windowsBy(recorded).length;
    let ended = false;
    job.status.then(() => ended = true);
    const fails = () => {
      if (ended) throw new Error("the job ended by itself");
      return false;
    };
    const some = () => fails() || (recorded.length === 1_600 && made.size >= 20);
    await until("windows come", some, 180_000);
    console.log(`${made.size} windows came; the job is killed`);
    job.kill("SIGKILL");
    await job.status;
    await send(600_000, 900_000, 400);
    job = startJob(python, jars, dir);
    await until("it goes on", () => recorded.length === 2_400 && made.size >= first(), 180_000);
    console.log(`${made.size} windows came; lines that are too late are sent`);
    for (const topic of TOPICS) {
      now = BASE + 1_000;
      bus.publish(topic, { line: "ERROR much too late", ts: now });
      now = BASE + 3_600_000;
      bus.publish(topic, { line: "INFO the end", ts: now / 1000 });
    }
    await bus.flush();
    await until("all are read", () => recorded.length === 2_404);
    const ours = windowsBy(recorded);
    await until("all windows come", () => made.size >= ours.length, 180_000);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    job.kill("SIGTERM");
    await job.status;
    assert.deepEqual(Object.fromEntries([...made].sort()), Object.fromEntries(ours));
    console.log(
      `${ours.length} windows are equal; ${repeated} were written twice, with the same id`,
    );
  } catch (error) {
    const log = await Deno.readTextFile(join(dir, "spark.log")).catch(() => "");
    console.error(log.split("\n").slice(-40).join("\n"));
    throw error;
  } finally {
    await bus.close();
    await broker.kill9();
    await Deno.remove(dir, { recursive: true });
  }
}

/** Our windows, by the id that the job gives them. */
function windowsBy(recorded: readonly Message[]): [string, unknown][] {
  const found: [string, unknown][] = TOPICS.flatMap((topic) => {
    const events = recorded.filter((message) => message.topic === topic)
      .map((message) => windowEvent(message, topic)).filter((event) => event !== undefined);
    return windowsOf(events).map(({ start, end, ctx, stats }: LogWindow): [string, unknown] => [
      `spark/${topic}/0/${start}-${end}`,
      { ctx, stats, window: { start, end } },
    ]);
  });
  return found.sort(([a], [b]) => a < b ? -1 : 1);
}

/** Lines in all the forms that are read, most of them no hits. */
function valueOf(ts: number, random: () => number): unknown {
  const words = ["INFO ready", "WARN slow disk", "ERROR payment failed", "Timeout after 3 s", "ok"];
  const line = `${words[Math.floor(random() * words.length)]} größe \u{1f600} ${
    Math.floor(random() * 1e6)
  }`;
  const form = Math.floor(random() * 4);
  // With no time in it, the record's own counts.
  return [{ line, ts: ts / 1000 }, { line, ts }, { line }, line][form];
}

function startJob(python: string, jars: string, dir: string): Deno.ChildProcess {
  const paths = [...Deno.readDirSync(jars)].map(({ name }) => join(jars, name))
    .filter((path) => JARS.test(basename(path)));
  const submit = [
    ..."--master local[2] --driver-memory 1g --conf spark.ui.enabled=false".split(" "),
    ..."--conf spark.sql.shuffle.partitions=2 --conf spark.driver.host=127.0.0.1".split(" "),
    "--jars",
    paths.join(","),
    "pyspark-shell",
  ];
  const log = join(dir, "spark.log");
  return new Deno.Command("sh", {
    args: [
      "-c",
      `exec "$0" "$@" >>"${log}" 2>&1`,
      python,
      join(dir, "spark_logs.py"),
      ..."--every 1 --checkpoint".split(" "),
      join(dir, "checkpoint"),
    ],
    env: { PYSPARK_SUBMIT_ARGS: submit.join(" "), SPARK_LOCAL_IP: "127.0.0.1", TZ: "UTC" },
    stdin: "null",
  }).spawn();
}

/** A Python with PySpark, in a folder of its own that is kept. */
async function sparkPython(): Promise<string> {
  const folder = join(cacheFolder(), `spark-${SPARK}-venv`);
  const python = join(folder, "bin", "python");
  const has = async () => {
    const args = ["-c", `import pyspark; assert pyspark.__version__ == "${SPARK}"`];
    return await output(python, args).then(({ code }) => code === 0, () => false);
  };
  if (await has()) return python;
  console.log(`installing pyspark ${SPARK} into ${folder}`);
  const made = await output("python3", ["-m", "venv", folder]).catch((cause) => {
    throw new Missing("python3 is not installed", { cause });
  });
  if (made.code !== 0) throw new Missing(`no venv could be made: ${made.text}`);
  const pip = await output(python, ["-m", "pip", "install", "-q", `pyspark==${SPARK}`]);
  if (!await has()) throw new Missing(`pyspark ${SPARK} could not be installed: ${pip.text}`);
  return python;
}

async function output(program: string, args: string[]): Promise<{ code: number; text: string }> {
  const path = `${Deno.env.get("PATH")}${delimiter}`;
  const { code, stderr } = await new Deno.Command(program, {
    args,
    env: { PATH: path },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    signal: AbortSignal.timeout(900_000),
  }).output();
  return { code, text: new TextDecoder().decode(stderr).trim().split("\n").at(-1) ?? "" };
}

async function until(what: string, holds: () => boolean, ms = 30_000): Promise<void> {
  for (const end = Date.now() + ms; !holds();) {
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The same numbers each time (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
