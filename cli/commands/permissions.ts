import { UserError } from "../../core/errors.ts";
import { readReceipts, verifyReceipts } from "../../core/safety/audit.ts";
import { jailFlags, NEVER_GRANTED } from "../../core/safety/jail.ts";
import { loadPolicy } from "../../core/safety/load_policy.ts";
import { createPathGuard } from "../../core/safety/paths.ts";
import { PREFERENCES_FILE } from "../../core/safety/policy.ts";
import type { Preferences } from "../../core/safety/preferences.ts";
import type { StoredReceipt } from "../../core/safety/receipt.ts";
import { showControls } from "../../core/safety/terminal.ts";
import {
  isTrusted,
  trust,
  trustDigest,
  type TrustSubject,
  trustText,
} from "../../core/safety/trust.ts";
import type { CatalogEntry, Registry } from "../../core/registry.ts";
import { shownName } from "../flags.ts";
import type { CliContext } from "../app.ts";
import { describeHooks } from "../hooks/describe_hooks.ts";
import { HOOKS_FILE, hooksTrustText, parseWorkspaceHooks } from "../hooks/workspace_hooks.ts";
import { ALL_NEEDS, jailPlan } from "../jail_plan.ts";
import { kafkaPlace } from "../service/kafka_place.ts";
import { type ServiceNeeds, servicePlan } from "../service/service_plan.ts";
import { statusPlace } from "../service/status_place.ts";
import type { Role } from "../service/types.ts";
import { shrinkPolicy } from "./shrink_policy.ts";
import { SERVERS_FILE, workspaceServers } from "../mcp/workspace_servers.ts";

/** Commands that are services, with what each runs as. */
const SERVICES: ReadonlyMap<string, Role> = new Map([
  ["up", "up"],
  ["serve", "serve"],
  ["worker", "worker"],
  ["tail", "tail"],
  ["stream-topics-create", "topics"],
]);

/** `permissions explain [command]`: the session's exact command line and what stands behind it. */
export async function explain(
  this: CliContext,
  _flags: Record<never, never>,
  name?: string,
): Promise<void> {
  const { io, registry, env } = this.shell;
  const entry = name === undefined ? undefined : registry.find(name);
  const needs = name === undefined ? undefined : serviceNeeds(name, env);
  if (name !== undefined && entry === undefined && needs === undefined) {
    const near = registry.suggest(name).map(shownName);
    throw new UserError("usage", `no command called ${JSON.stringify(name)}`, {
      hint: near.length > 0 ? `did you mean ${near.join(" or ")}?` : '"help" lists them',
    });
  }
  const place = await this.shell.place();
  const { config, policy } = place;
  const writes = entry?.effect === "write" ? "all" : "state";
  const flags = jailFlags(
    needs === undefined
      ? { ...await jailPlan(place, entry ?? ALL_NEEDS), writes }
      : await servicePlan(place, needs),
  );
  io.out(`${name ?? "A session"} runs in a process of its own, started as:`);
  io.out("");
  io.out(["deno", ...flags.map(({ flag }) => flag)].join(" \\\n  "));
  io.out("");
  for (const { flag, why } of flags) io.out(`${flag.split("=")[0]!.padEnd(14)} ${why}`);
  for (const [flag, why] of Object.entries(NEVER_GRANTED)) {
    if (flags.some((granted) => granted.flag === flag)) continue;
    io.out(`${flag.padEnd(14)} never granted: ${why}`);
  }
  if (needs !== undefined) return;
  if (entry === undefined) {
    io.out("A command that writes files restarts it with --allow-write for the whole workspace;");
    io.out("the next one that writes none restarts it without.");
  }
  io.out("");
  for (const line of entry ? describePrograms(entry) : []) io.out(line);
  io.out(`approval: ${config.approval ?? "default: reads run, writes and commands ask"}`);
  if (policy.deny_tools.length > 0) io.out(`denied tools: ${policy.deny_tools.join(", ")}`);
  if (policy.allow_commands.length > 0) {
    io.out(`allowed commands: ${policy.allow_commands.join(", ")}`);
  }
  for (const line of describePreferences(policy.preferences)) io.out(line);
  for (const line of await describeHooks({ place, env, registry })) io.out(line);
}

/** A service has other rights than a session: it listens, and may talk to brokers. */
function serviceNeeds(name: string, env: CliContext["shell"]["env"]): ServiceNeeds | undefined {
  const role = SERVICES.get(name);
  if (role === undefined) return undefined;
  const kafka = kafkaPlace({ env });
  const listens = role === "up" || role === "serve";
  return { role, kafka, ...listens && { status: statusPlace({ env }) } };
}

function describePreferences(preferences: Preferences | undefined): string[] {
  if (preferences === undefined) return [];
  const { forbidden_commands: commands, forbidden_code_patterns: patterns } = preferences;
  const { max_blast_radius: most, broken } = preferences;
  return [
    ...broken === undefined ? [] : [`${PREFERENCES_FILE} cannot be understood: ${broken}`],
    ...commands.length > 0 ? [`forbidden commands: ${commands.join(", ")}`] : [],
    ...patterns.length > 0 ? [`forbidden in added lines: ${patterns.join(", ")}`] : [],
    ...most === undefined ? [] : [`lines of one change of the agent: at most ${most}`],
  ].map(showControls);
}

function describePrograms({ name, commands }: CatalogEntry): string[] {
  const asks = "asks unless it follows from what you typed";
  const lines = Object.entries(commands).map(([key, { summary, effect }]) =>
    `  ${name}.${key}: ${summary} (${effect === "read" ? "runs" : asks})`
  );
  if (lines.length === 0) return ["It starts no programs."];
  return ["Programs the launcher starts for it, from typed fields:", ...lines];
}

/** `permissions audit [session]`: the receipts, or with `--verify` whether their chain is whole. */
export async function audit(
  this: CliContext,
  { verify = false, last = 50 }: { verify?: boolean; last?: number },
  session?: string,
): Promise<void> {
  const { io } = this.shell;
  const { stateDir } = await this.shell.place();
  if (verify) {
    const result = await verifyReceipts(stateDir);
    if (result.ok) return io.out(`${result.count} receipts, the chain is whole`);
    throw new UserError("failed", `receipt ${result.line} does not fit: ${result.why}`, {
      hint: `${result.count} receipts before it are whole`,
    });
  }
  const receipts = await readReceipts(stateDir, session);
  for (const receipt of receipts.slice(-last)) io.out(receiptLine(receipt));
  if (receipts.length > 0) return;
  if (session === undefined) return io.out("no receipts yet");
  throw new UserError("failed", `no receipts of a session ${JSON.stringify(session)}`, {
    hint: "permissions audit shows all, each with the begin of its session's id",
  });
}

function receiptLine({ ts, session, verdict, tool, what, rule, exitCode }: StoredReceipt): string {
  const time = new Date(ts).toISOString().slice(0, 19).replace("T", " ");
  const end = exitCode === undefined ? "" : ` exit ${exitCode}`;
  return `${time} ${session.slice(0, 8)} ${verdict.padEnd(5)} ${tool}: ${
    showControls(what)
  } [${rule}]${end}`;
}

/** `permissions shrink`: the smallest policy that would have sufficed, by the receipts. */
export async function shrink(
  this: CliContext,
  { last }: { last?: number },
): Promise<void> {
  const { io, registry } = this.shell;
  const { stateDir, policy } = await this.shell.place();
  const receipts = await readReceipts(stateDir);
  const counted = last === undefined
    ? receipts
    : receipts.slice(Math.max(0, receipts.length - last));
  for (const line of shrinkPolicy(counted, { registry, policy })) io.out(line);
}

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
