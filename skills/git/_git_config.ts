import type { CommandSite } from "../../core/command.ts";
import { childEnv } from "../../core/safety/child_env.ts";
import { findProgram } from "../../core/safety/find_program.ts";
import { spawn } from "../../core/safety/spawn.ts";

/** What of git's configuration our calls depend on. */
export interface GitConfig {
  /** Names of all filters: each may be a program. */
  readonly filters: readonly string[];
  /** Names of hooks that the configuration defines, which newer versions run beside the files. */
  readonly hooks: readonly string[];
  /** Folders whose foreign owner the person trusts: only from their own config. */
  readonly safe: readonly string[];
  /** `user.name` and `user.email`, the repository's before the person's own. */
  readonly identity: readonly (readonly [string, string])[];
}

/**
 * Reads the configuration, with the person's own HOME: asking for it starts no program. Runs in the
 * launcher, because the session must not be the one to say which filters there are.
 *
 * @throws {UserError} `missing` without git.
 */
export async function readGitConfig(
  { root, scratch, env }: CommandSite,
): Promise<GitConfig> {
  const home = { HOME: env.HOME ?? "", XDG_CONFIG_HOME: env.XDG_CONFIG_HOME ?? "" };
  const { stdout } = await spawn({
    path: await findProgram("git", env.PATH ?? "", root),
    args: [
      "--no-pager",
      "config",
      "--null",
      "--show-scope",
      "--includes",
      "--get-regexp",
      "^(filter\\.|hook\\.|safe\\.directory$|user\\.(name|email)$)",
    ],
    cwd: root,
    env: {
      ...childEnv({ env, scratch, root }),
      ...Object.fromEntries(Object.entries(home).filter(([, value]) => value !== "")),
      GIT_TERMINAL_PROMPT: "0",
    },
    timeoutMs: 10_000,
  });
  return parseGitConfig(stdout);
}

/** Reads `scope NUL key LF value NUL` entries. */
function parseGitConfig(text: string): GitConfig {
  const filters = new Set<string>();
  const hooks = new Set<string>();
  let safe: string[] = [];
  const identity = new Map<string, string>();
  const parts = text.split("\0");
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [scope, entry] = [parts[i]!, parts[i + 1]!];
    // A subsection may hold a newline, a key that is asked for cannot: the first one ends it.
    const filter = /^filter\.([\s\S]*?)\.(?:clean|smudge|process|required)(?:\n|$)/.exec(entry);
    const hook = /^hook\.([\s\S]*?)\.(?:command|event|enabled)(?:\n|$)/.exec(entry);
    const end = entry.indexOf("\n");
    const [key, value] = end < 0 ? [entry, ""] : [entry.slice(0, end), entry.slice(end + 1)];
    if (filter) filters.add(filter[1]!);
    else if (hook) hooks.add(hook[1]!);
    else if (key.startsWith("user.")) identity.set(key, value);
    else if (key === "safe.directory" && (scope === "global" || scope === "system")) {
      safe = value === "" ? [] : [...safe, value];
    }
  }
  return { filters: [...filters], hooks: [...hooks], safe, identity: [...identity] };
}
