import { UserError } from "../../../core/errors.ts";
import type { CatalogEntry } from "../../../core/registry.ts";
import { jailFlags, NEVER_GRANTED } from "../../../core/safety/jail.ts";
import { PREFERENCES_FILE } from "../../../core/safety/policy.ts";
import type { Preferences } from "../../../core/safety/preferences.ts";
import { showControls } from "../../../core/safety/terminal.ts";
import type { CliContext } from "../../app.ts";
import type { Place } from "../../shell.ts";
import { shownName } from "../../flags.ts";
import { describeHooks } from "../../hooks/describe_hooks.ts";
import { ALL_NEEDS, jailPlan } from "../../jail_plan.ts";
import { kafkaPlace } from "../../service/kafka_place.ts";
import { type ServiceNeeds, servicePlan } from "../../service/service_plan.ts";
import { statusPlace } from "../../service/status_place.ts";
import type { Role } from "../../service/types.ts";

/** Commands that are services, with what each runs as. */
const SERVICES: ReadonlyMap<string, Role> = new Map([
  ["up", "up"],
  ["serve", "serve"],
  ["worker", "worker"],
  ["tail", "tail"],
  ["stream-topics-create", "topics"],
]);

/**
 * `permissions explain [command]`: the session's exact command line and what stands behind it. With
 * `--json` one object: `{command, argv, flags, never, programs}`.
 */
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
  const writes = entry?.effect === "write" ? "all" : "state";
  const flags = jailFlags(
    needs === undefined
      ? { ...await jailPlan(place, entry ?? ALL_NEEDS), writes }
      : await servicePlan(place, needs),
  );
  const never = Object.entries(NEVER_GRANTED)
    .map(([flag, why]) => ({ flag, why }))
    .filter(({ flag }) => !flags.some((granted) => granted.flag === flag));
  if (place.config.json) {
    const argv = ["deno", ...flags.map(({ flag }) => flag)];
    const programs = programsOf(entry);
    return io.out(JSON.stringify({ command: name ?? null, argv, flags, never, programs }));
  }
  io.out(`${name ?? "A session"} runs in a process of its own, started as:`);
  io.out("");
  io.out(["deno", ...flags.map(({ flag }) => flag)].join(" \\\n  "));
  io.out("");
  for (const { flag, why } of flags) io.out(`${flag.split("=")[0]!.padEnd(14)} ${why}`);
  for (const { flag, why } of never) io.out(`${flag.padEnd(14)} never granted: ${why}`);
  if (needs !== undefined) return;
  for (const line of describeRest(entry, place)) io.out(line);
  for (const line of await describeHooks({ place, env, registry })) io.out(line);
}

/** What else stands between a command of a session and its effects. */
function describeRest(entry: CatalogEntry | undefined, { config, policy }: Place): string[] {
  const { deny_tools: tools, allow_commands: commands } = policy;
  return [
    ...entry === undefined
      ? [
        "A command that writes files restarts it with --allow-write for the whole workspace;",
        "the next one that writes none restarts it without.",
        "",
      ]
      : ["", ...describePrograms(entry)],
    `approval: ${config.approval ?? "default: reads run, writes and commands ask"}`,
    ...tools.length > 0 ? [`denied tools: ${tools.join(", ")}`] : [],
    ...commands.length > 0 ? [`allowed commands: ${commands.join(", ")}`] : [],
    ...describePreferences(policy.preferences),
  ];
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

/** What the launcher starts for a command, from typed fields. */
function programsOf(entry: CatalogEntry | undefined) {
  return Object.entries(entry?.commands ?? {}).map(([key, { summary, effect }]) => ({
    name: `${entry!.name}.${key}`,
    summary,
    effect,
  }));
}

function describePrograms(entry: CatalogEntry): string[] {
  const asks = "asks unless it follows from what you typed";
  const lines = programsOf(entry).map(({ name, summary, effect }) =>
    `  ${name}: ${summary} (${effect === "read" ? "runs" : asks})`
  );
  if (lines.length === 0) return ["It starts no programs."];
  return ["Programs the launcher starts for it, from typed fields:", ...lines];
}
