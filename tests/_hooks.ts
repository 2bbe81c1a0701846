import { join } from "node:path";
import { createRegistry } from "../core/registry.ts";
import { stateDir } from "../core/safety/state_dir.ts";
import { trust } from "../core/safety/trust.ts";
import { hooksTrustText, parseWorkspaceHooks } from "../cli/hooks/workspace_hooks.ts";
import { catalog } from "../skills/catalog.ts";
import type { Sandbox } from "./_cli.ts";

/** Writes the user's own hooks. */
export async function userHooks({ folder }: Sandbox, hooks: unknown): Promise<void> {
  const path = join(folder, "home", ".config", "dspy-code");
  await Deno.mkdir(path, { recursive: true });
  await Deno.writeTextFile(join(path, "config.yaml"), JSON.stringify({ hooks }));
}

/** Writes a script outside the workspace; returns its path. */
export async function script({ folder }: Sandbox, name: string, lines: string): Promise<string> {
  const path = join(folder, name);
  await Deno.writeTextFile(path, `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
  return path;
}

/** Stands in for the person, who alone can say in a terminal that these hooks are trusted. */
export async function trustHooks({ ws, commandLine }: Sandbox, hooks: unknown): Promise<void> {
  const parsed = parseWorkspaceHooks(hooks, createRegistry(catalog));
  const text = await hooksTrustText(ws, parsed);
  await trust(await stateDir(ws, commandLine([]).env), ws, text, "hooks");
}
