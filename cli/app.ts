import {
  type Application,
  buildApplication,
  buildCommand,
  buildRouteMap,
  type Command,
  type CommandContext,
  type RouteMap,
  type StricliProcess,
} from "@stricli/core";
import { lazy } from "../core/lazy.ts";
import type { Registry } from "../core/registry.ts";
import { applicationConfig } from "./flags/application_config.ts";
import { PROGRAM } from "./flags/program.ts";
import type { RunFlags } from "./commands/run.ts";
import type { StartFlags } from "./commands/start.ts";
import { word } from "./flags/word.ts";
import { permissions } from "./commands/permissions/routes.ts";
import { rl } from "./rl/routes.ts";
import { STREAM_ROUTES } from "./service/routes.ts";
import { isOwnCommand, type OWN_COMMANDS } from "./own_commands.ts";
import type { Shell } from "./shell.ts";
import { toolCommand } from "./tool_app.ts";

/** What every command gets from `main`. */
export interface CliContext extends CommandContext {
  readonly process: StricliProcess;
  readonly shell: Shell;
}

const HERE = import.meta.url;

/** Any number of words. */
function words(placeholder: string, brief: string) {
  return { kind: "array", parameter: { parse: String, placeholder, brief } } as const;
}

/** A flag that takes a text. */
function text(placeholder: string, brief: string) {
  return { kind: "parsed", parse: String, optional: true, placeholder, brief } as const;
}

/** Which session with a model is meant. */
const SESSION_FLAGS = {
  continue: { kind: "boolean", optional: true, brief: "go on with the newest session" },
  resume: text("id", "go on with this session; see: sessions"),
  fork: text("id[@entry]", "start a new session as this one began"),
} as const;

const start = buildCommand<StartFlags, [], CliContext>({
  docs: { brief: "Open a session here (also without any command)" },
  parameters: { flags: SESSION_FLAGS, aliases: { c: "continue" } },
  loader: async () =>
    (await lazy<typeof import("./commands/start.ts")>("./commands/start.ts", HERE)()).start,
});

const RUN_DESCRIPTION = `Works on a request in plain language, with the model if one is configured.

With --input stream-json a program drives the session, one JSON object per line:
  {"type":"user","text":"…"}   a request; while one is worked on, said to the model before its
                               next turn; afterwards the next request of the same conversation
  {"type":"cancel"}            stops the request; the session goes on
  {"type":"approval","id":"…","granted":true}
                               answers the approval.request event with that id; they come with
                               --output stream-json, without it the answer is always no
Whoever holds the other end of standard input has started this program and counts as the person
who is asked: connect it to nothing else. The end of input ends it after what is being worked on.
A line that is no message is told in an error event and costs nothing else. The exit code is 0 when
every request was answered, else 1.`;

const run = buildCommand<RunFlags, string[], CliContext>({
  docs: {
    brief: "Work on a request in plain language, with the model if one is configured",
    fullDescription: RUN_DESCRIPTION,
  },
  parameters: {
    positional: words("request", "what to find out or do; - reads it from standard input"),
    flags: {
      ...SESSION_FLAGS,
      noSession: {
        kind: "boolean",
        optional: true,
        withNegated: false,
        brief: "keep nothing of this conversation: not with --continue, --resume or --fork",
      },
      verify: text("command", "run this after changes; the model mends what fails"),
      outputSchema: text("file", "JSON Schema that the answer is to follow"),
      input: {
        kind: "enum",
        values: ["stream-json"],
        optional: true,
        brief: "read messages of a program from standard input, one JSON object per line",
      },
    },
    aliases: { c: "continue" },
  },
  loader: async () =>
    (await lazy<typeof import("./commands/run.ts")>("./commands/run.ts", HERE)()).run,
});

const acp = buildCommand<Record<never, never>, [], CliContext>({
  docs: { brief: "Let an editor drive the agent: the Agent Client Protocol over standard input" },
  parameters: {},
  loader: async () =>
    (await lazy<typeof import("./commands/acp.ts")>("./commands/acp.ts", HERE)()).acp,
});

const help = buildCommand<Record<never, never>, [string?], CliContext>({
  docs: { brief: "List the commands by what they act on, or explain one" },
  parameters: { positional: word("command", "the command to explain") },
  loader: async () =>
    (await lazy<typeof import("./commands/help.ts")>("./commands/help.ts", HERE)()).help,
});

const doctor = buildCommand<Record<never, never>, [], CliContext>({
  docs: { brief: "Say what works here, what is missing and how to get it" },
  parameters: {},
  loader: async () =>
    (await lazy<typeof import("./commands/run_doctor.ts")>("./commands/run_doctor.ts", HERE)())
      .runDoctor,
});

const loadCompletions = lazy<typeof import("./commands/print_completions.ts")>(
  "./commands/print_completions.ts",
  HERE,
);

const completions = buildCommand<Record<never, never>, [string?], CliContext>({
  docs: { brief: "Print completions for bash, zsh or fish" },
  parameters: { positional: word("shell", "bash, zsh or fish") },
  loader: async () => (await loadCompletions()).printCompletions,
});

const complete = buildCommand<Record<never, never>, string[], CliContext>({
  docs: { brief: "Candidates for a half-typed command line" },
  parameters: { positional: words("word", "words so far") },
  loader: async () => (await loadCompletions()).printCandidates,
});

const config = buildRouteMap<"show" | "init", CliContext>({
  docs: { brief: "Show the settings and where each comes from, or write commented files" },
  defaultCommand: "show",
  routes: {
    show: buildCommand<Record<never, never>, [], CliContext>({
      docs: { brief: "Each setting, its value and its origin" },
      parameters: {},
      loader: async () =>
        (await lazy<typeof import("./commands/config.ts")>("./commands/config.ts", HERE)()).show,
    }),
    init: buildCommand<{ force?: boolean }, [], CliContext>({
      docs: { brief: "Write a commented policy and config into this workspace" },
      parameters: {
        flags: {
          force: {
            kind: "boolean",
            optional: true,
            brief: "replace existing files, keeping each as .bak",
          },
        },
      },
      loader: async () =>
        (await lazy<typeof import("./commands/config.ts")>("./commands/config.ts", HERE)()).init,
    }),
  },
});

const mcp = buildRouteMap<"list" | "serve", CliContext>({
  docs: { brief: "List the MCP servers and their tools, or be one for another agent" },
  defaultCommand: "list",
  routes: {
    list: buildCommand<Record<never, never>, [], CliContext>({
      docs: { brief: "Start the configured servers and show what each offers" },
      parameters: {},
      loader: async () =>
        (await lazy<typeof import("./commands/mcp.ts")>("./commands/mcp.ts", HERE)()).list,
    }),
    serve: buildCommand<{ writes?: boolean }, [], CliContext>({
      docs: { brief: "Offer the tools that read to another agent: MCP over standard input" },
      parameters: {
        flags: {
          writes: {
            kind: "boolean",
            optional: true,
            brief: "those that write and start programs too, behind the same gate",
          },
        },
      },
      loader: async () =>
        (await lazy<typeof import("./commands/mcp.ts")>("./commands/mcp.ts", HERE)()).serve,
    }),
  },
});

/** The launcher's own commands. */
const OWN: Readonly<
  Record<(typeof OWN_COMMANDS)[number], Command<CliContext> | RouteMap<CliContext>>
> = {
  start,
  run,
  chat: run,
  acp,
  mcp,
  help,
  permissions,
  config,
  rl,
  ...STREAM_ROUTES,
  doctor,
  completions,
  __complete: complete,
};

/**
 * The command line: every tool of the registry, and the launcher's own commands.
 *
 * @param registry the tools.
 * @param version printed by `--version`.
 * @param verb the line's first word: for an own command nothing else is built, ten milliseconds less.
 */
export function buildApp(
  registry: Registry,
  version: string,
  verb: string,
): Application<CliContext> {
  const only = isOwnCommand(verb) ? { [verb]: OWN[verb] } : undefined;
  return appOf(only ? { routes: only } : allRoutes(registry), version);
}

function allRoutes(registry: Registry) {
  const tools = Object.fromEntries(
    registry.entries.map((entry) => [entry.name, toolCommand(entry)]),
  );
  const aliases = Object.fromEntries(
    registry.entries.flatMap((entry) => entry.aliases.map((alias) => [alias, entry.name])),
  );
  return { routes: { ...tools, ...OWN }, aliases };
}

function appOf(
  given: Pick<Parameters<typeof buildRouteMap<string, CliContext>>[0], "routes" | "aliases">,
  version: string,
): Application<CliContext> {
  const root = buildRouteMap<string, CliContext>({
    ...given,
    docs: {
      brief: "A coding agent that is jailed by the runtime and useful without a model",
      ...Object.hasOwn(given.routes, "__complete") && { hideRoute: { __complete: true } },
    },
  });
  return buildApplication(root, {
    ...applicationConfig(PROGRAM),
    versionInfo: { currentVersion: version },
  });
}
