import { join } from "node:path";
import { mavenJars, Missing } from "./_maven_jars.ts";

/** Newest first; the older one is for a registry that lacks the newer. */
const VERSIONS = ["4.1.1", "3.9.1"];
const JAVA = 17;

/**
 * The jars of Apache Kafka. `DSPY_KAFKA_JARS` names a folder that has them already, else Maven
 * fetches them into the cache.
 *
 * @returns the folder.
 * @throws {Missing} when Java 17 or Maven is not there.
 */
export async function kafkaJars(): Promise<string> {
  await needJava();
  const given = Deno.env.get("DSPY_KAFKA_JARS");
  if (given !== undefined && given !== "") return given;
  let last: unknown;
  for (const version of VERSIONS) {
    try {
      return await mavenJars(`kafka-${version}`, [
        `org.apache.kafka:kafka_2.13:${version}`,
        `org.apache.kafka:kafka-tools:${version}`,
        "org.slf4j:slf4j-simple:1.7.36",
      ]);
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      last = error;
    }
  }
  throw last;
}

/** Arguments of `java` with these jars on the class path and what makes a start quick. */
export async function javaArgs(jars: string): Promise<string[]> {
  const archive = join(jars, "classes.jsa");
  const shared = await Deno.stat(archive).then(() => true, () => false);
  return [
    "-Xmx512m",
    "-Xms64m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    // A start with parsed classes at hand takes 2 s, without 6 s.
    ...shared ? [`-XX:SharedArchiveFile=${archive}`] : [],
    "-cp",
    join(jars, "*"),
  ];
}

async function needJava(): Promise<void> {
  const { stderr } = await new Deno.Command("java", { args: ["-version"], stdin: "null" }).output()
    .catch((cause) => {
      throw new Missing(
        `java is not installed (Debian: apt-get install openjdk-${JAVA}-jre-headless)`,
        { cause },
      );
    });
  const version = /version "(\d+)/.exec(new TextDecoder().decode(stderr))?.[1];
  if (Number(version) < JAVA) throw new Missing(`java is ${version}, Kafka wants ${JAVA} or newer`);
}
