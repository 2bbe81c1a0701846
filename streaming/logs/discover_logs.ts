import { describeError } from "../../core/errors.ts";
import type { Files } from "../../core/workspace/files.ts";
import { composeServices } from "./_compose_services.ts";
import { frameworkFolders } from "./_framework_folders.ts";

/** A log with the part of the system that writes it. */
export interface DiscoveredLog {
  /** Last part of its topics: `app` for `logs.raw.app`. */
  readonly container: string;
  /** Who writes it: a service of a compose file, a container, else the file's own name. */
  readonly service: string;
  /** Relative to the root, with `/`; `docker:<name>` for a running container. */
  readonly log_file: string;
}

/** Options of {@linkcode autodiscoverLogs}. */
export interface DiscoverOptions {
  /**
   * Every log, each with a container of its own; else one for each of frontend, backend and app, as
   * the first sign says. Default false.
   */
  readonly all?: boolean;
  /** Names of running containers. Default none. */
  readonly containers?: readonly string[];
  /** Folder whose files are all logs. Default `logs`. */
  readonly logs?: string;
  /** Told of what could not be read. Default nobody. */
  readonly warn?: (text: string) => void;
  /** Ends the search. */
  readonly signal?: AbortSignal;
}

/** Logs beyond this many are left out. */
const MOST_LOGS = 1_000;

const LOG_NAME = /\.(?:log|out|err)$/i;
/** What rotation leaves behind, packed or not. */
const ROTATED =
  /\.(?:\d+|old|bak|gz|bz2|xz|zst|zip)$|[-_.]\d{4}-?\d{2}-?\d{2}(?:[-_.T]\d+)*(?:\.\w+)?$/i;

const WORDS: readonly (readonly [string, ReadonlySet<string>])[] = [
  ["frontend", new Set(["frontend", "front", "web", "ui", "client", "react", "vue", "angular"])],
  [
    "backend",
    new Set(["backend", "back", "api", "server", "django", "flask", "fastapi", "express"]),
  ],
];

/**
 * Finds the logs of a workspace and tells whose each is: by the services of a compose file, running
 * containers, the frameworks of the folder it lies in, and its own path. Logs are files that end in
 * `.log`, `.out` or `.err`, and all files in the folder of logs; rotated and packed ones are none.
 *
 * @returns sorted by container. Containers are words of letters, digits, `_` and `-`.
 * @throws {UserError} `aborted` when the signal fires.
 *
 * @example
 * ```ts
 * import { openFiles } from "@dspy/code/core/workspace";
 * import { autodiscoverLogs } from "@dspy/code/streaming/logs";
 * import assert from "node:assert/strict";
 *
 * const root = await Deno.realPath(await Deno.makeTempDir());
 * await Deno.mkdir(`${root}/logs`);
 * for (const name of ["api.log", "api.log.1", "worker.log"]) {
 *   await Deno.writeTextFile(`${root}/logs/${name}`, "");
 * }
 * const found = await autodiscoverLogs(openFiles(root), { all: true });
 * assert.deepEqual(found.map(({ container, log_file }) => [container, log_file]), [
 *   ["backend", "logs/api.log"],
 *   ["worker", "logs/worker.log"],
 * ]);
 * await Deno.remove(root, { recursive: true });
 * ```
 */
export async function autodiscoverLogs(
  files: Files,
  options: DiscoverOptions = {},
): Promise<DiscoveredLog[]> {
  const { all = false, containers = [], logs: folder = "logs", warn = () => {}, signal } = options;
  const telling = <T>(what: string, fallback: T) => (error: unknown): T => {
    warn(`${what}: ${describeError(error)}`);
    return fallback;
  };
  const paths = await logPaths(files, folder, warn, signal);
  const services = await composeServices(files).catch(telling("the compose file was not read", []));
  const frameworks = await frameworkFolders(files, signal);
  const found: DiscoveredLog[] = [
    ...services.flatMap((service) =>
      paths.filter((path) => hasWord(path, service)).map((log_file) => ({
        container: wordOf(service) ?? wordOf(log_file) ?? "app",
        service,
        log_file,
      }))
    ),
    ...containers.map((name) => ({
      container: wordOf(name) ?? "app",
      service: name,
      log_file: `docker:${name}`,
    })),
    ...paths.map((log_file) => ({
      container: wordOf(log_file) ?? kindOf(log_file, frameworks) ?? "app",
      service: stemOf(log_file),
      log_file,
    })),
  ];
  const chosen = all ? named(found) : firstOfEach(found);
  return chosen.sort((a, b) => a.container < b.container ? -1 : 1);
}

async function logPaths(
  files: Files,
  folder: string,
  warn: (text: string) => void,
  signal?: AbortSignal,
): Promise<string[]> {
  const found = new Set<string>();
  const take = async (path: string, fits: (path: string) => boolean) => {
    // What git ignores is what logs are.
    for await (const batch of files.walk({ path, ignore: false, ...signal && { signal } })) {
      for (const { path } of batch) {
        if (fits(path) && !ROTATED.test(path)) found.add(path);
      }
    }
  };
  const isThere = await files.info(folder).then(({ kind }) => kind === "folder", () => false);
  if (isThere) await take(folder, () => true);
  await take(".", (path) => LOG_NAME.test(path) && !SKIPPED.test(path));
  // `app.1.log` beside `app.log` is what rotation made of it.
  const isRotated = (path: string) => {
    const base = path.replace(/\.\d+(\.\w+)$/, "$1");
    return base !== path && found.has(base);
  };
  const logs = [...found].filter((path) => !isRotated(path)).sort();
  if (logs.length > MOST_LOGS) warn(`of ${logs.length} logs the first ${MOST_LOGS} are taken`);
  return logs.slice(0, MOST_LOGS);
}

/** Folders of others' code and of builds, whose logs are not this project's. */
const SKIPPED =
  /(?:^|\/)(?:\.[^/]+|node_modules|venv|dist|build|target|vendor|__pycache__|coverage)\//;

/** Words of a path, in lower case: also those that are joined by `-`, `_` or a change of case. */
function words(path: string): string[] {
  return path.replace(/([a-z\d])([A-Z])/g, "$1 $2").toLowerCase().split(/[^a-z\d]+/).filter(
    Boolean,
  );
}

function hasWord(path: string, name: string): boolean {
  const [all, wanted] = [words(path).join(" "), words(name).join(" ")];
  return ` ${all} `.includes(` ${wanted} `);
}

/** The container that a whole word of a path or name speaks of. */
function wordOf(path: string): string | undefined {
  const all = words(path);
  return WORDS.find(([, known]) => all.some((word) => known.has(word)))?.[0];
}

/** The container of the nearest folder above that has a framework's files. */
function kindOf(path: string, frameworks: ReadonlyMap<string, string>): string | undefined {
  for (let at = path; at.includes("/");) {
    at = at.slice(0, at.lastIndexOf("/"));
    const kind = frameworks.get(at);
    if (kind !== undefined) return kind;
  }
  return undefined;
}

function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.[^.]*$/, "");
  return name.toLowerCase().replace(/[^a-z\d_-]+/g, "-").replace(/^-+|-+$/g, "") || "app";
}

function firstOfEach(found: readonly DiscoveredLog[]): DiscoveredLog[] {
  const first = new Map<string, DiscoveredLog>();
  for (const log of found) if (!first.has(log.container)) first.set(log.container, log);
  return [...first.values()];
}

/** Each log once, each with a container of its own. */
function named(found: readonly DiscoveredLog[]): DiscoveredLog[] {
  const logs = new Map<string, DiscoveredLog>();
  for (const log of found) if (!logs.has(log.log_file)) logs.set(log.log_file, log);
  const taken = new Set<string>();
  return [...logs.values()].map((log) => {
    const { container, service } = log;
    const own = container === "app" ? stemOf(service) : container;
    const candidates = [own, `${own}-${stemOf(log.log_file)}`];
    const free = candidates.find((name) => !taken.has(name)) ?? numbered(own, taken);
    taken.add(free);
    return { ...log, container: free };
  });
}

function numbered(name: string, taken: ReadonlySet<string>): string {
  let n = 2;
  while (taken.has(`${name}-${n}`)) n++;
  return `${name}-${n}`;
}
