import { closest } from "../../core/closest.ts";
import { UserError } from "../../core/errors.ts";
import type { Registry } from "../../core/registry.ts";
import { checkArgv, joinWords } from "../../core/safety/words.ts";
import type { HookEvent } from "../../skills/external/hook_patterns.ts";

/** A configured hook: a program that looks at calls of the agent's tools. */
export interface Hook {
  readonly on: HookEvent;
  /** Names of tools, with `*` for any part. */
  readonly tools: readonly string[];
  /** Program and arguments. */
  readonly command: readonly string[];
  /** Limit in milliseconds. */
  readonly timeoutMs: number;
  /** Who configured it. */
  readonly from: "user" | "workspace";
}

/** Where hooks come from. */
export interface ParseHooksOptions {
  readonly from: Hook["from"];
  /** The file, as shown in messages. */
  readonly path: string;
  /** Names of tools are looked up here. */
  readonly registry: Pick<Registry, "find" | "suggest">;
  /** What a leading `~/` stands for. Default: it stays as it is. */
  readonly home?: string | undefined;
}

const KEYS = ["on", "tools", "command", "timeout_sec"];

/** Seconds: default and most. */
const TIMEOUT = 30;
const MAX_TIMEOUT = 600;

/** A shell that takes its script as a word: trust could not be given to what that script runs. */
const SHELL = /(?:^|\/)(?:[a-z]{0,3}sh|busybox)$/;

/**
 * Reads a list of hooks: `{on: before|after, tools: [edit, "git_*"], command: [program, ...args],
 * timeout_sec: 30}`.
 *
 * @param value the `hooks` of a configuration file.
 * @throws {UserError} `usage` for what cannot be understood: a check that is passed over silently is
 * worse than none.
 */
export function parseHooks(value: unknown, options: ParseHooksOptions): Hook[] {
  if (!Array.isArray(value)) {
    throw new UserError("usage", `${options.path}: hooks are to be a list`, { hint: EXAMPLE });
  }
  return value.map((entry, i) => {
    try {
      return parseHook(entry, options);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw new UserError("usage", `${options.path}: hook ${i + 1}: ${error.message}`, {
        hint: error.hint ?? EXAMPLE,
      });
    }
  });
}

const EXAMPLE = "such as {on: after, tools: [edit, write], command: [deno, fmt, --quiet]}";

function parseHook(entry: unknown, { from, registry, home }: ParseHooksOptions): Hook {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    throw wrong("expected on, tools and command");
  }
  const { on, tools, command, timeout_sec: seconds = TIMEOUT, ...rest } = entry as Record<
    string,
    unknown
  >;
  const extra = Object.keys(rest)[0];
  if (extra !== undefined) {
    const near = closest(extra, KEYS, { limit: 1 })[0];
    const hint = near === undefined ? `known are ${KEYS.join(", ")}` : `did you mean ${near}?`;
    throw wrong(`unknown key ${JSON.stringify(extra)}`, hint);
  }
  if (on !== "before" && on !== "after") throw wrong("on is to be before or after");
  if (typeof seconds !== "number" || !(seconds > 0 && seconds <= MAX_TIMEOUT)) {
    throw wrong(`timeout_sec is to be a number up to ${MAX_TIMEOUT}`);
  }
  return {
    on,
    tools: toolsOf(tools, registry),
    command: commandOf(command, from, home),
    timeoutMs: Math.ceil(seconds * 1000),
    from,
  };
}

/** A name that no tool has would never match, which nobody would notice. */
function toolsOf(value: unknown, registry: ParseHooksOptions["registry"]): string[] {
  const names = typeof value === "string" ? [value] : value;
  if (!Array.isArray(names) || names.length === 0) {
    throw wrong('tools are to be a list of names, or "*" for all');
  }
  return names.map((name) => {
    if (typeof name !== "string" || !/^[\w*-]{1,100}$/.test(name)) {
      throw wrong(`not a tool's name: ${JSON.stringify(name)}`);
    }
    if (name.includes("*") || name.startsWith("mcp__")) return name;
    const entry = registry.find(name);
    if (entry !== undefined) return entry.name;
    const near = registry.suggest(name);
    const hint = near.length > 0 ? `did you mean ${near.join(" or ")}?` : 'see "help"';
    throw wrong(`no tool called ${JSON.stringify(name)}`, hint);
  });
}

function commandOf(value: unknown, from: Hook["from"], home: string | undefined): string[] {
  const isWords = Array.isArray(value) && value.every((word) => typeof word === "string");
  if (!isWords || value.length === 0) {
    throw wrong("command is to be a list of words: there is no shell");
  }
  const words = home === undefined
    ? value
    : value.map((word: string) => word.startsWith("~/") ? home + word.slice(1) : word);
  checkArgv(words);
  const [program = "", ...args] = words;
  if (program === "" || program.startsWith("-")) {
    throw wrong(`not a program: ${joinWords([program])}`);
  }
  if (from === "user" && program.includes("/") && !program.startsWith("/")) {
    throw wrong(
      `${joinWords([program])} is relative`,
      "write the whole path, or a name that is on PATH",
    );
  }
  if (from === "workspace" && program.startsWith("/")) {
    throw wrong(
      `${program} is outside the workspace`,
      "give a name that is on PATH, or a path in the workspace",
    );
  }
  if (from === "workspace" && SHELL.test(program) && args.some((arg) => /^-\w*c/.test(arg))) {
    throw wrong("a script given as a word cannot be trusted for what it runs", "put it in a file");
  }
  return words;
}

function wrong(message: string, hint?: string): UserError {
  return new UserError("usage", message, hint === undefined ? {} : { hint });
}
