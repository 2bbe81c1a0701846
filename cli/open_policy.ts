import { loadPreferences } from "../core/safety/load_preferences.ts";
import { loadPolicy } from "../core/safety/load_policy.ts";
import { createPathGuard, type PathGuard } from "../core/safety/paths.ts";
import type { Policy } from "../core/safety/policy.ts";
import { isTrusted, trustDigest, trustText, withTrust } from "../core/safety/trust.ts";

/**
 * Reads the workspace's policy as it counts: its denials always, the commands it allows only if the
 * user trusts this very text; with what the preferences forbid.
 *
 * @param warn told what was passed over, one sentence each.
 */
export async function openPolicy(
  root: string,
  stateDir: string,
  warn: (line: string) => void,
): Promise<Policy> {
  const guard = createPathGuard(root);
  const { preferences, warnings } = loadPreferences(guard);
  const policy = await trustedPolicy(guard, stateDir, warn);
  for (const line of warnings) warn(line);
  return preferences === undefined ? policy : { ...policy, preferences };
}

async function trustedPolicy(
  guard: PathGuard,
  stateDir: string,
  warn: (line: string) => void,
): Promise<Policy> {
  const loaded = await loadPolicy(guard);
  for (const line of loaded.warnings) warn(line);
  if (loaded.policy.allow_commands.length === 0) return loaded.policy;
  const digest = await trustDigest(await trustText(guard.root, loaded));
  const trusted = await isTrusted(stateDir, guard.root, digest);
  if (!trusted) {
    warn(
      `${loaded.path} wants to allow commands; they ask until you trust this text: ` +
        "dspy-code permissions trust",
    );
  }
  return withTrust(loaded.policy, trusted);
}
