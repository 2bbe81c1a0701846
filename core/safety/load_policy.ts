import { parseConfigFile } from "../config_file.ts";
import { describeError } from "../errors.ts";
import { checkPolicy } from "./_check_policy.ts";
import type { PathGuard } from "./paths.ts";
import { EMPTY_POLICY, type Policy, POLICY_FILES } from "./policy.ts";
import { readGuarded } from "./read_guarded.ts";

/** A policy with where it came from. */
export interface LoadedPolicy {
  /** What the file says, or the empty policy. */
  readonly policy: Policy;
  /** The file, relative to the root; undefined when there is none. */
  readonly path: string | undefined;
  /** The file's text, which is what trust is given to; empty when there is none. */
  readonly text: string;
  /** What was passed over, one sentence each. */
  readonly warnings: readonly string[];
}

const MAX_BYTES = 1024 * 1024;

/**
 * Loads the policy file of a workspace: `.dspy_policy.yaml`, or `.dspy_policy.json` when there is
 * no YAML or it does not parse. Its `allow_commands` are not to be used before they are trusted:
 * see {@linkcode withTrust}.
 *
 * @param guard of the workspace: a policy that is a link to the outside is refused.
 * @throws {UserError} `usage` when there is a file but none parses, or a setting has a wrong type.
 */
export async function loadPolicy(guard: PathGuard): Promise<LoadedPolicy> {
  const failures: unknown[] = [];
  for (const path of POLICY_FILES.filter((name) => isThere(guard, name))) {
    const text = new TextDecoder().decode(readGuarded(guard, path, { maxBytes: MAX_BYTES }));
    const file = await parseConfigFile(path, text).catch((error) => void failures.push(error));
    if (file === undefined) continue;
    const skipped = failures.map((error) => `${describeError(error)}; using ${path} instead`);
    return { ...checkPolicy(path, file.values, skipped), path, text };
  }
  if (failures.length > 0) throw failures[0];
  return { policy: EMPTY_POLICY, path: undefined, text: "", warnings: [] };
}

function isThere(guard: PathGuard, path: string): boolean {
  try {
    Deno.lstatSync(`${guard.root}/${path}`);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
