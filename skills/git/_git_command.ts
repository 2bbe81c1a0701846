import type { Command, CommandSite } from "../../core/command.ts";
import { lazy } from "../../core/lazy.ts";
import type { SchemaSource } from "../../core/schema.ts";

/**
 * Settings of a repository that could start a program or change what the output means, overridden on
 * every call. Filters and hooks have names of their own: `_git_config.ts` finds them.
 */
const OVERRIDES = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.sshCommand=false",
  "core.askPass=false",
  "core.quotePath=true",
  "commit.gpgSign=false",
  "gc.auto=0",
  "i18n.logOutputEncoding=UTF-8",
  "log.showSignature=false",
  "maintenance.auto=false",
  "protocol.allow=never",
  "protocol.ext.allow=never",
  "safe.bareRepository=explicit",
  "status.relativePaths=false",
  "submodule.recurse=false",
].flatMap((setting) => ["-c", setting]);

// Read where git is started, which no session does.
const loadConfig = lazy<typeof import("./_git_config.ts")>("./_git_config.ts", import.meta.url);

const ENV = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_PAGER: "cat",
  GIT_EDITOR: ":",
  // A partial clone fetches what it lacks, with a program the repository names: never.
  GIT_ALLOW_PROTOCOL: "",
  GIT_NO_LAZY_FETCH: "1",
  LC_ALL: "C",
};

/** What a command adds to `git`. */
export interface GitWords {
  /** Subcommand and options, fixed but for values joined to their option. */
  readonly args: readonly string[];
  /** Paths, placed after `--` and taken literally. */
  readonly paths?: readonly string[];
  readonly stdin?: string;
}

/** Options of {@linkcode gitCommand}. */
export interface GitCommandOptions<F> {
  /** Default `"read"`. */
  readonly effect?: "read" | "execute";
  /** Whether the person's name and address are passed on. Default false. */
  readonly identity?: boolean;
  /** See {@linkcode Command.typed}. */
  readonly typed?: NonNullable<Command<F>["typed"]>;
}

/**
 * A git command in which nothing that the repository's config names is ever started: no hook,
 * filter, external diff, textconv, fsmonitor, pager, signing program or transport.
 */
export function gitCommand<F>(
  summary: string,
  fields: SchemaSource<F>,
  words: (fields: F) => GitWords,
  { effect = "read", identity = false, typed }: GitCommandOptions<F> = {},
): Command<F> {
  return {
    summary,
    fields,
    effect,
    ...(typed ? { typed } : {}),
    async argv(input: F, at: CommandSite) {
      const { args, paths, stdin } = words(input);
      const config = await (await loadConfig()).readGitConfig(at);
      return {
        program: "git",
        args: [
          "--no-pager",
          "--literal-pathspecs",
          ...(effect === "read" ? ["--no-optional-locks"] : []),
          ...OVERRIDES,
          ...args,
          ...(paths ? ["--", ...paths] : []),
        ],
        env: {
          ...ENV,
          ...asVariables([
            ...config.safe.map((folder) => ["safe.directory", folder] as const),
            ...config.filters.flatMap(withoutFilter),
            ...config.hooks.flatMap(withoutHook),
            ...(identity ? config.identity : []),
          ]),
        },
        ...(stdin === undefined ? {} : { stdin }),
      };
    },
  };
}

/** An empty `process` alone stops a filter; the rest is for versions that look elsewhere first. */
function withoutFilter(name: string): [string, string][] {
  return [
    [`filter.${name}.process`, ""],
    [`filter.${name}.clean`, ""],
    [`filter.${name}.smudge`, ""],
    [`filter.${name}.required`, "false"],
  ];
}

/** An empty `event` takes all its events away; the shell's `:` is for versions that ignore that. */
function withoutHook(name: string): [string, string][] {
  return [
    [`hook.${name}.event`, ""],
    [`hook.${name}.enabled`, "false"],
    [`hook.${name}.command`, ":"],
  ];
}

/** Settings as variables: unlike after `-c`, a name may then hold any character. */
function asVariables(settings: readonly (readonly [string, string])[]): Record<string, string> {
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(settings.length) };
  for (const [i, [key, value]] of settings.entries()) {
    variables[`GIT_CONFIG_KEY_${i}`] = key;
    variables[`GIT_CONFIG_VALUE_${i}`] = value;
  }
  return variables;
}
