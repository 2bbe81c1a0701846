import { type DockerPosition, DockerTailer } from "../../streaming/logs/docker_tailer.ts";
import type { LineSink } from "../../streaming/logs/line_sink.ts";
import { runningContainers } from "../../streaming/logs/running_containers.ts";
import { spawnLines } from "../../streaming/logs/spawn_lines.ts";

/** What {@linkcode followContainers} follows. */
export interface ContainersWanted {
  readonly containers: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onLine: (container: string, line: string) => void;
  readonly warn: (text: string) => void;
}

/** Variables that Docker's client finds its daemon by. */
const DOCKER_ENV = ["PATH", "HOME", "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG"];

/**
 * Follows the logs of containers. It runs in the launcher: a service may start no program, so that
 * it gets the lines over its standard input.
 */
export function followContainers(
  { containers, env, onLine, warn }: ContainersWanted,
): { stop(): Promise<void> } {
  const spawn = spawnLines({ env: dockerEnv(env) });
  const tailers = containers.map((container) => {
    const sink: LineSink<DockerPosition> = {
      durable: false,
      load: () => Promise.resolve(undefined),
      deliver({ lines }) {
        for (const line of lines) onLine(container, line);
        return Promise.resolve(true);
      },
    };
    return new DockerTailer(container, sink, { spawn, onNotice: ({ text }) => warn(text) });
  });
  return {
    async stop() {
      await Promise.all(tailers.map((tailer) => tailer.stop()));
    },
  };
}

/** Names of running containers; none where Docker is not there. */
export async function dockerContainers(env: ContainersWanted["env"]): Promise<string[]> {
  return await runningContainers(spawnLines({ env: dockerEnv(env) }));
}

function dockerEnv(env: ContainersWanted["env"]): Record<string, string> {
  const given = DOCKER_ENV.map((name) => [name, env[name]] as const);
  return Object.fromEntries(given.flatMap(([name, value]) => value ? [[name, value]] : []));
}
