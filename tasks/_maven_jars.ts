import { join } from "node:path";

/** Why something that needs a program of the machine cannot be done here: the `why` of a skip. */
export class Missing extends Error {
  override readonly name = "Missing";
}

/** The folder in which what is fetched stays between runs; never inside the repository. */
export function cacheFolder(): string {
  const base = Deno.env.get("XDG_CACHE_HOME") ??
    join(Deno.env.get("HOME") ?? Deno.env.get("TMPDIR") ?? "/tmp", ".cache");
  return join(base, "dspy-code");
}

/**
 * Jars with all they need, fetched once by Maven into `<cache>/<name>`.
 *
 * @param name of the folder; holds the version, since what is there is taken as it is.
 * @param coordinates `group:artifact:version` each.
 * @returns the folder.
 * @throws {Missing} when Maven is not there or cannot get them.
 */
export async function mavenJars(name: string, coordinates: readonly string[]): Promise<string> {
  const folder = join(cacheFolder(), name);
  if (await hasJars(folder)) return folder;
  await Deno.mkdir(cacheFolder(), { recursive: true });
  const scratch = await Deno.makeTempDir({ dir: cacheFolder(), prefix: `.${name}-` });
  try {
    await Deno.writeTextFile(join(scratch, "pom.xml"), pomOf(coordinates));
    const { code, stdout, stderr } = await new Deno.Command("mvn", {
      args: ["-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"],
      cwd: scratch,
      stdin: "null",
      signal: AbortSignal.timeout(400_000),
    }).output().catch((cause) => {
      if (cause instanceof Deno.errors.NotFound) {
        throw new Missing("mvn is not installed (Debian: apt-get install maven)", { cause });
      }
      throw cause;
    });
    if (code !== 0 || !await hasJars(join(scratch, "lib"))) {
      const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      const line = said.split("\n").find((line) => line.includes("ERROR")) ?? "no jar came";
      throw new Missing(`Maven could not get ${coordinates.join(" ")}: ${line.slice(0, 300)}`);
    }
    // Another process may have been first; its folder is as good.
    await Deno.rename(join(scratch, "lib"), folder).catch(async (cause) => {
      if (!await hasJars(folder)) throw cause;
    });
    return folder;
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

async function hasJars(folder: string): Promise<boolean> {
  try {
    for await (const { name } of Deno.readDir(folder)) if (name.endsWith(".jar")) return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return false;
}

function pomOf(coordinates: readonly string[]): string {
  const dependencies = coordinates.map((coordinate) => {
    const [group, artifact, version] = coordinate.split(":");
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId>` +
      `<version>${version}</version></dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>fetch</groupId><artifactId>fetch</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>${dependencies.join("\n")}</dependencies></project>
`;
}
