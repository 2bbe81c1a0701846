import { loadPolicy } from "../core/safety/load_policy.ts";
import { createPathGuard } from "../core/safety/paths.ts";
import { stateDir } from "../core/safety/state_dir.ts";
import { trust, trustText } from "../core/safety/trust.ts";
import type { Sandbox } from "./_cli.ts";

/** Stands in for the person, who alone can say in a terminal that the policy file is trusted. */
export async function trustPolicy({ ws, commandLine }: Sandbox): Promise<void> {
  const loaded = await loadPolicy(createPathGuard(ws));
  await trust(await stateDir(ws, commandLine([]).env), ws, trustText(ws, loaded));
}
