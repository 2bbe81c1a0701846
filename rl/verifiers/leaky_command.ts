/** git's words that neither read history nor talk to another repository. */
const GIT_LOCAL = new Set(["status", "add", "rm", "mv", "apply", "init", "ls-files", "version"]);

/** Programs that talk to the network. */
const NETWORK = new Set([
  ...["curl", "wget", "http", "nc", "ncat", "telnet", "ssh", "scp", "sftp", "rsync", "ftp"],
  ...["gh", "glab", "hub", "npx", "pnpx", "bunx", "uvx", "docker", "podman", "hg", "svn"],
]);

/** Package managers, and their words that fetch. */
const FETCHING: Readonly<Record<string, RegExp>> = {
  npm: /^(?:i|in|install|ci|add|view|info|show|pack|exec|x|create|init|update|up)$/,
  pnpm: /^(?:i|install|add|dlx|create|update|up|view)$/,
  yarn: /^(?:install|add|dlx|create|up|upgrade|info)$/,
  bun: /^(?:i|install|add|x|create|update)$/,
  deno: /^(?:add|install|i|jsr|update|outdated|create|upgrade)$/,
  pip: /^(?:install|download|index|search|wheel)$/,
  pip3: /^(?:install|download|index|search|wheel)$/,
  uv: /^(?:add|sync|pip|tool|run)$/,
  poetry: /^(?:add|install|update|search)$/,
  cargo: /^(?:install|add|fetch|search|update|binstall)$/,
  go: /^(?:get|install|mod)$/,
  gem: /^(?:install|fetch|search)$/,
};

/** Programs that start the program among their arguments. */
const WRAPPERS = new Set(["env", "nice", "nohup", "timeout", "time", "xargs", "sudo", "stdbuf"]);

/**
 * Why a command could fetch the solution of a task instead of finding it: it reads git's history or
 * talks to the network. Audits of public benchmarks found such successes in numbers.
 *
 * This looks at the words of one command only: an interpreter can do the same by itself. It is an
 * aid beside the seal (a checkout without history, a jail without network), never in its place.
 *
 * @param argv program and arguments.
 * @returns one clause; undefined for a command that does neither by its words.
 *
 * @example
 * ```ts
 * import { leakyCommand } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * assert.equal(leakyCommand(["git", "log", "-p"]), "git log reads history");
 * assert.equal(leakyCommand(["curl", "example.com"]), "curl talks to the network");
 * assert.equal(leakyCommand(["git", "status"]), undefined);
 * ```
 */
export function leakyCommand(argv: readonly string[]): string | undefined {
  const [first = "", ...args] = argv;
  const program = first.replace(/^.*[\\/]/, "").replace(/\.exe$/i, "").toLowerCase();
  if (WRAPPERS.has(program)) {
    const inner = args.findIndex((arg) => !/^-|=|^\d/.test(arg));
    return inner < 0 ? undefined : leakyCommand(args.slice(inner));
  }
  if (program === "git") {
    const word = gitWord(args);
    if (word !== undefined && !GIT_LOCAL.has(word)) return `git ${word} reads history`;
  }
  if (NETWORK.has(program)) return `${program} talks to the network`;
  const python = /^python[\d.]*$/.test(program) && args[0] === "-m" ? args.slice(1) : undefined;
  const [manager, words] = python ? [python[0] ?? "", python.slice(1)] : [program, args];
  const word = words.find((arg) => !arg.startsWith("-"));
  if (word !== undefined && Object.hasOwn(FETCHING, manager) && FETCHING[manager]!.test(word)) {
    return `${manager} ${word} talks to the network`;
  }
  const address = args.find((arg) => /(?:https?|ssh|git|ftp):\/\/|^git@/.test(arg));
  if (address !== undefined) return `${program} is given the address ${address}`;
  const store = args.find((arg) => /(?:^|[\\/=])\.git(?:[\\/]|$)/.test(arg));
  return store === undefined ? undefined : `${program} reads history by ${store}`;
}

/** git's own word, behind the options that come before it. */
function gitWord(args: readonly string[]): string | undefined {
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "-C" || args[i] === "-c" || args[i] === "--git-dir") i++;
    else if (!args[i]!.startsWith("-")) return args[i];
  }
  return undefined;
}
