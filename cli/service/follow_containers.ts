import { type DockerPosition, DockerTailer } from "../../streaming/logs/docker_tailer.ts";
import type { LineSink } from "../../streaming/logs/line_sink.ts";
import { runningContainers } from "../../streaming/logs/running_containers.ts";
import { spawnLines } from "../../streaming/logs/spawn_lines.ts";
import type { TailNotice } from "../../streaming/logs/tail_notice.ts";

/** What {@linkcode followContainers} follows. */
export interface ContainersWanted {
  readonly containers: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onLine: (container: string, line: string) => void;
  readonly warn: (text: string) => void;
}

/** Variables that Docker's client finds its daemon by. */
const DOCKER_ENV = ["PATH", "HOME", "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG"];

/** Milliseconds between two looks for new containers. */
const LOOK_MS = 5_000;

/**
 * Follows the logs of containers, and of those that start later. It runs in the launcher: a service
 * may start no program, so that it gets the lines over its standard input.
 */
export function followContainers(
  { containers, env, onLine, warn }: ContainersWanted,
): { stop(): Promise<void> } {
  const spawn = spawnLines({ env: dockerEnv(env) });
  const tailers = new Map<string, DockerTailer>();
  for (const name of containers) follow(name, 0);
  let looking: Promise<void> = Promise.resolve();
  let isOver = false;
  const timer = setInterval(() => looking = looking.then(look), LOOK_MS);
  return {
    async stop() {
      isOver = true;
      clearInterval(timer);
      await Promise.all([...tailers.values()].map((tailer) => tailer.stop()));
    },
  };

  function follow(container: string, sinceSec: number): void {
    const sink: LineSink<DockerPosition> = {
      durable: false,
      load: () => Promise.resolve(undefined),
      deliver({ lines }) {
        for (const line of lines) onLine(container, line);
        return Promise.resolve(true);
      },
    };
    const onNotice = ({ text }: TailNotice) => warn(text);
    tailers.set(container, new DockerTailer(container, sink, { spawn, sinceSec, onNotice }));
  }

  async function look(): Promise<void> {
    for (const name of await runningContainers(spawn)) {
      // It has run no longer than two looks take.
      if (!isOver && !tailers.has(name)) follow(name, 2 * LOOK_MS / 1_000);
    }
  }
}

/** Names of running containers; none where Docker is not there. */
export async function dockerContainers(env: ContainersWanted["env"]): Promise<string[]> {
  return await runningContainers(spawnLines({ env: dockerEnv(env) }));
}

function dockerEnv(env: ContainersWanted["env"]): Record<string, string> {
  const given = DOCKER_ENV.map((name) => [name, env[name]] as const);
  return Object.fromEntries(given.flatMap(([name, value]) => value ? [[name, value]] : []));
}
