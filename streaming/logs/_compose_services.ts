import { isRecord } from "../../core/is_record.ts";
import type { Files } from "../../core/workspace/files.ts";

const NAMES = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/**
 * Names of the services of a workspace's compose file; none without one.
 *
 * @throws when it cannot be parsed.
 */
export async function composeServices(files: Files): Promise<string[]> {
  for (const name of NAMES) {
    const text = await files.readText(name, { maxBytes: 1 << 20 }).catch(() => undefined);
    if (text === undefined) continue;
    const { load } = await import("js-yaml");
    const parsed: unknown = load(text);
    const services = isRecord(parsed) && isRecord(parsed.services) ? parsed.services : {};
    return Object.keys(services);
  }
  return [];
}
