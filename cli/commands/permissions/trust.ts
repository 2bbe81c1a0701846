import { UserError } from "../../../core/errors.ts";
import type { Registry } from "../../../core/registry.ts";
import { loadPolicy } from "../../../core/safety/load_policy.ts";
import { createPathGuard } from "../../../core/safety/paths.ts";
import { showControls } from "../../../core/safety/terminal.ts";
import {
  isTrusted,
  trust,
  trustDigest,
  type TrustSubject,
  trustText,
} from "../../../core/safety/trust.ts";
import type { CliContext } from "../../app.ts";
import { HOOKS_FILE, hooksTrustText, parseWorkspaceHooks } from "../../hooks/workspace_hooks.ts";
import { SERVERS_FILE, workspaceServers } from "../../mcp/workspace_servers.ts";

/**
 * `permissions trust`: lets this very text of the policy file allow commands, that of `.mcp.json`
 * start servers, and the hooks of `.dspy/config.yaml` run; asks a person, for each.
 */
export async function trustPolicy(this: CliContext): Promise<void> {
  const { io, registry } = this.shell;
  const { workspace: { root }, stateDir, interactive } = await this.shell.place();
  const wishes = await wishesOf(root);
  const { hooks } = await this.shell.place();
  if (hooks?.workspace !== undefined) wishes.push(await hooksWish(root, hooks.workspace, registry));
  if (wishes.length === 0) {
    throw new UserError("failed", "there is no policy file to trust, no .mcp.json and no hook", {
      hint: "`dspy-code config init` writes a policy",
    });
  }
  for (const { subject, path, text, wants } of wishes) {
    if (await isTrusted(stateDir, root, await trustDigest(text), subject)) {
      io.out(`${path} is trusted already`);
      continue;
    }
    for (const line of text.split("\n")) io.out(`  ${showControls(line)}`);
    // `--yes` answers for commands; whether to trust a file is for a person who has read it.
    if (!interactive) {
      throw new UserError("refused", "trust needs a person: nobody can be asked here", {
        hint: "run it in a terminal; --yes does not answer this question",
        rule: "trust.headless",
      });
    }
    if (!confirm(`Trust this text of ${path} to ${wants}?`)) {
      throw new UserError("refused", `${path}: not trusted`, { rule: "trust.refused" });
    }
    await trust(stateDir, root, text, subject);
    io.out(`${path} is trusted until its text, or what its commands run, changes`);
  }
}

/** A text that wants to act. */
interface Wish {
  readonly subject: TrustSubject;
  readonly path: string;
  readonly text: string;
  /** As it stands in the question. */
  readonly wants: string;
}

async function hooksWish(root: string, given: unknown, registry: Registry): Promise<Wish> {
  const text = await hooksTrustText(root, parseWorkspaceHooks(given, registry));
  return { subject: "hooks", path: HOOKS_FILE, text, wants: "run these hooks" };
}

async function wishesOf(root: string): Promise<Wish[]> {
  const wishes: Wish[] = [];
  const loaded = await loadPolicy(createPathGuard(root));
  if (loaded.path !== undefined) {
    const text = trustText(root, loaded);
    wishes.push({ subject: "policy", path: loaded.path, text, wants: "allow commands" });
  }
  const servers = await workspaceServers(root);
  if (servers !== undefined) {
    const { trustText: text } = servers;
    wishes.push({ subject: "mcp", path: SERVERS_FILE, text, wants: "start MCP servers" });
  }
  return wishes;
}
