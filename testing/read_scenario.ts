import { UserError } from "../core/errors.ts";
import { parseScenario } from "./parse_scenario.ts";
import type { Scenario } from "./scenario.ts";

/**
 * Reads a scenario file, YAML or JSON.
 *
 * @param path the file.
 * @throws {UserError} `failed` when it cannot be read, `usage` when it is no scenario.
 */
export async function readScenario(path: string | URL): Promise<Scenario> {
  const name = String(path);
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (cause) {
    throw new UserError("failed", `cannot read the scenario ${name}: ${String(cause)}`, { cause });
  }
  return await parseScenario(text, name);
}
