import type { SpawnLines } from "./spawn_lines.ts";

/** Milliseconds that Docker may take to answer. */
const PATIENCE_MS = 2_000;

/** Names of the containers that run; none where Docker is missing or does not answer. */
export async function runningContainers(spawn: SpawnLines): Promise<string[]> {
  const names: string[] = [];
  try {
    const argv = ["docker", "ps", "--format", "{{.Names}}"];
    for await (const lines of spawn(argv, AbortSignal.timeout(PATIENCE_MS))) {
      names.push(...lines.map((line) => line.trim()).filter((line) => /^[\w.-]+$/.test(line)));
    }
    return names;
  } catch {
    return [];
  }
}
