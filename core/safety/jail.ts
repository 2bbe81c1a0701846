import { isBelow } from "../workspace/resolve_path.ts";
import { POLICY_FILES, PREFERENCES_FILE } from "./policy.ts";
import { UserError } from "../errors.ts";

/** What the session process may touch. Absolute real paths. */
export interface JailPlan {
  /** The module to run: a file path or a URL. */
  readonly main: string;
  /** Config file of our own checkout; undefined when loaded from a registry. */
  readonly config?: string | undefined;
  /** Our lock file, in a checkout. */
  readonly lock?: string | undefined;
  /** Real path of the workspace. */
  readonly root: string;
  /** Folder of the logs when it lies outside the root. */
  readonly logs?: string | undefined;
  /** Files and folders of our own that the session reads at run time: modules, wasm grammars. */
  readonly ownFiles?: readonly string[];
  /** The registry our own modules come from, as `host:port`, when it is no checkout. */
  readonly registry?: string | undefined;
  /** Folders of ours that no session writes, where they lie below the root: receipts, settings. */
  readonly keep?: readonly string[];
  /** `state`: only our own state files in the workspace; `all`: the workspace. */
  readonly writes: "state" | "all";
  /** Hosts the session may talk to, as `host:port`. Default none. */
  readonly hosts?: readonly string[];
  /** Brokers of a service, as `host:port` or `host`. Default none. */
  readonly brokers?: readonly string[];
  /** Where a service listens, as `host:port`. Default nowhere. */
  readonly listen?: string | undefined;
  /** Heap limit in MiB. Default 1,024. */
  readonly heapMb?: number;
  /**
   * Compiles functions with their file instead of at their first call: a fifth faster once Deno's
   * cache has them, and slower where a process with the other setting loads the same files, since
   * each takes the other's for stale. Default false.
   */
  readonly eager?: boolean;
}

/** One argument of the session's command line, with the rule it stands for. */
export interface JailFlag {
  /** As it stands on the command line. */
  readonly flag: string;
  /** What it is for, in one clause. */
  readonly why: string;
}

/** Our own state in a workspace, relative to its root: all that a read-only command may write. */
export const STATE_PATHS: readonly string[] = [
  ".dspy",
  ".dspy_agentic",
  ".dspy_index",
  ".dspy_online_bandit.json",
  ".dspy_patches",
  ".dspy_reports",
  ".dspy_rl_events.jsonl",
  ".dspy_rl_state.json",
  ".dspy_session_memory.json",
  ".dspy_stream_metrics.json",
];

/** What no session writes, relative to the root. */
const PROTECTED = [".git", ...POLICY_FILES, PREFERENCES_FILE, ".dspy/config.yaml"];

/**
 * The exact `deno run` arguments of a session. The list is built up from nothing: what is not in it
 * is refused by the runtime. Denials are only a second belt.
 *
 * @throws {UserError} `usage` for a path with a comma, which no permission flag can name.
 */
export function jailFlags(plan: JailPlan): JailFlag[] {
  const { root, config, logs, ownFiles = [], keep = [], heapMb = 1024, eager } = plan;
  const read = [root, ...(logs ? [logs] : []), ...ownFiles];
  const write = plan.writes === "all" ? [root] : STATE_PATHS.map((path) => `${root}/${path}`);
  const protectedPaths = PROTECTED.map((path) => `${root}/${path}`);
  protectedPaths.push(...keep.filter((path) => path !== root && isBelow(root, path)));
  return [
    { flag: "run", why: "a process of its own, started by the launcher" },
    { flag: "--no-prompt", why: "what is not granted here is refused, never asked for" },
    { flag: "--cached-only", why: "no module is downloaded while the session runs" },
    config
      ? { flag: `--config=${config}`, why: "our own import map, not the workspace's" }
      : { flag: "--no-config", why: "the workspace's deno.json cannot remap our modules" },
    ...plan.lock
      ? [
        { flag: `--lock=${plan.lock}`, why: "our own lock file: the packages it names, by hash" },
        { flag: "--frozen", why: "it is not changed" },
      ]
      : [{ flag: "--no-lock", why: "the workspace's lock file is not ours" }],
    {
      flag: `--v8-flags=--max-old-space-size=${heapMb},--min-semi-space-size=4` +
        (eager ? ",--no-lazy" : ""),
      why: "a heap of its own, in MiB, and room to start without collecting it" +
        (eager ? "; functions are compiled with their file" : ""),
    },
    {
      flag: `--allow-read=${paths(read)}`,
      why: "the workspace" + (logs ? ", its logs" : "") +
        (ownFiles.length ? ", our own modules and grammars" : ""),
    },
    {
      flag: `--allow-write=${paths(write)}`,
      why: plan.writes === "all" ? "the workspace" : "our own state in the workspace, nothing else",
    },
    {
      flag: `--deny-write=${paths(protectedPaths)}`,
      why: "second belt: git's own files, the policy and our receipts stay as they are",
    },
    ...plan.registry === undefined ? [] : [{
      flag: `--allow-import=${plan.registry}`,
      why: "our own modules, from the cache: --cached-only lets nothing be fetched",
    }],
    ...netFlags(plan),
    { flag: plan.main, why: "what runs: our own module" },
  ];
}

function netFlags({ hosts = [], brokers = [], listen }: JailPlan): JailFlag[] {
  const all = [...hosts, ...brokers, ...listen === undefined ? [] : [listen]];
  if (all.length === 0) return [];
  const why = [
    ...hosts.length > 0 ? ["the model's host"] : [],
    ...brokers.length > 0 ? ["the brokers"] : [],
    ...listen === undefined ? [] : ["where it listens"],
  ];
  return [
    { flag: `--allow-net=${[...new Set(all)].join(",")}`, why: why.join(", ") },
    ...brokers.length === 0 ? [] : [{
      flag: "--allow-env",
      why: "the client of the brokers looks at its environment: built from a list, without keys",
    }],
  ];
}

/** The capabilities a session never gets, with what stands in for each. */
export const NEVER_GRANTED: Readonly<Record<string, string>> = {
  "--allow-run": "programs are started by the launcher, from typed requests",
  "--allow-env": "settings arrive over standard input; keys never do",
  "--allow-ffi": "no native code",
  "--allow-sys": "not needed",
};

function paths(list: readonly string[]): string {
  const comma = list.find((path) => path.includes(","));
  if (comma !== undefined) {
    throw new UserError("usage", `path with a comma: ${JSON.stringify(comma)}`, {
      hint: "Deno's permission flags cannot name it; rename the folder",
    });
  }
  return [...list].sort().join(",");
}
