import type { ConversationChoice } from "../core/agent/conversation/resolve_conversation.ts";
import type { Config } from "../core/config.ts";
import { lazy } from "../core/lazy.ts";
import type { Registry } from "../core/registry.ts";
import type { Launcher } from "./launcher.ts";
import { ALL_NEEDS } from "./jail_plan.ts";
import { openLauncher } from "./open_launcher.ts";
import { openPlace } from "./open_place.ts";
import { prepareModules } from "./prepare_modules.ts";
import { dropSession, type SpawnedSession } from "./spawn_session.ts";
import type { Io, Place, Shell } from "./shell.ts";
import { createTally } from "./tally.ts";
import { createTerminal, type Terminal } from "./ui/terminal.ts";

/** What {@linkcode openShell} starts from. */
export interface ShellOptions {
  /** Values of flags by the option's key. */
  readonly flags: Readonly<Partial<Record<keyof Config, unknown>>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly registry: Registry;
  /** A session's process that was started ahead. */
  readonly ahead?: SpawnedSession | undefined;
}

// Asked at the first use of a folder only.
const loadAbove = lazy<typeof import("./repository_above.ts")>(
  "./repository_above.ts",
  import.meta.url,
);

/** Commands of the launcher that need a session at once. */
const SESSION_COMMANDS = new Set(["run", "chat"]);

/** Signals that end the program, each with the exit code that tells of it. Windows knows neither. */
const LAST: readonly [Deno.Signal, number][] = Deno.build.os === "windows"
  ? []
  : [["SIGTERM", 143], ["SIGHUP", 129]];

/** How long the end of the program waits for the end of what it started, in milliseconds. */
const LEAVE_MS = 6_000;

/** Opens the shell; the workspace, the terminal and the session follow when they are needed. */
export function openShell({ flags: given, env, registry, ahead: spawned }: ShellOptions): Shell & {
  /** Starts a session ahead for a command line that will need one, so that it boots while we parse. */
  prepare(words: readonly string[]): Promise<void>;
} {
  let flags = given;
  let place: Promise<Place> | undefined;
  let launcher: Promise<Launcher> | undefined;
  // Only of a single command it is known what it does not need.
  let needs = ALL_NEEDS;
  let ahead = spawned;
  const tally = createTally();
  let talk: ConversationChoice | undefined;
  const terminal: Terminal = createTerminal({
    env,
    plain: given.plain === true,
    // Nobody reads what comes next: as a filter does, end quietly.
    onClosed: () => leave(0),
  });
  const ends = new Set([end]);
  let patience = LEAVE_MS;
  let listens = false;
  let leaving: Promise<void> | undefined;
  /** Ends that are under way. */
  let ending: Promise<unknown> = Promise.resolve();
  const { out, err, stdout, keepLine } = terminal;
  const io: Io = { out, err };
  const screen = { stdout, keepLine, typed: Deno.stdin.isTerminal() };

  return {
    io,
    screen,
    env,
    registry,
    place: openOnce,
    placeAt: (changed) => openPlace({ flags: { ...flags, ...changed }, env, warn: terminal.warn }),
    launcher: startOnce,
    prepare,
    async runTool(name, input) {
      const running = await startOnce();
      return (await interruptible(running, () => running.call(name, input))).exitCode;
    },
    tally,
    goOnWith(choice) {
      talk = choice;
      tally.goOnWith(choice?.resume);
    },
    async ask(text, options) {
      const running = await startOnce();
      const given = { ...talk && { conversation: talk }, ...options };
      const end = await interruptible(running, () => running.ask(text, given));
      // The next request goes on with it, also in a session of its own.
      const { conversation } = tally.now();
      if (conversation !== undefined) talk = { resume: conversation };
      return end.ok ? 0 : end.stop === "aborted" ? 130 : 1;
    },
    async reopen(changed) {
      const next = { ...flags, ...changed };
      const opened = await openPlace({ flags: next, env, warn: terminal.warn });
      await end();
      flags = next;
      place = Promise.resolve(opened);
    },
    exit: () => {},
    leaveBy(end, patienceMs = LEAVE_MS) {
      ends.add(end);
      patience = Math.max(patience, patienceMs);
      listen();
      return leave;
    },
    // Who leaves has said with which code.
    close: () => leaving ?? end(),
  };

  function openOnce(): Promise<Place> {
    return place ??= openPlace({ flags, env, warn: terminal.warn }).then(tellRepository);
  }

  /** Who starts below a repository's top, and named no workspace, may have meant all of it. */
  async function tellRepository(place: Place): Promise<Place> {
    const { workspace: { root }, config: { output }, stateDir } = place;
    const isNamed = flags.workspace !== undefined || Boolean(env.WORKSPACE_DIR);
    const isSeen = Deno.stdout.isTerminal() && Deno.stderr.isTerminal();
    if (isNamed || !isSeen || output !== "text") return place;
    // At the first use of a folder only: then there is nothing of ours yet.
    if (await Deno.lstat(stateDir).then(() => true, () => false)) return place;
    const above = (await loadAbove()).repositoryAbove(root);
    if (above) terminal.warn(`the repository begins at ${above}: --workspace ${above}`);
    return place;
  }

  function startOnce(): Promise<Launcher> {
    return launcher ??= openOnce().then(async (place) => {
      const fetched = await prepareModules({ env, tell: terminal.err });
      // It was started before its modules were there.
      if (fetched) dropAhead();
      const launcher = await openLauncher({ place, env, registry, terminal, ahead }, needs);
      ahead = undefined;
      listen();
      launcher.bus.subscribe(">", ({ value }) => tally.take(value));
      return launcher;
    });
  }

  async function prepare([verb = "", ...words]: readonly string[]): Promise<void> {
    if (words.includes("--help") || words.includes("-h")) return;
    const entry = registry.find(verb);
    // A program that drives a session is asked by it, so that it opens its own.
    if (SESSION_COMMANDS.has(verb) && words.some((word) => /^--input(=|$)/.test(word))) return;
    if (entry === undefined && !SESSION_COMMANDS.has(verb)) return;
    needs = entry ?? ALL_NEEDS;
    // What goes wrong here is told when the session is used.
    await startOnce()
      .then((launcher) => launcher.start(entry && (entry.effect === "write" ? "all" : "state")))
      .catch(() => {});
  }

  function dropAhead(): void {
    dropSession(ahead);
    ahead = undefined;
  }

  async function end(): Promise<void> {
    dropAhead();
    const running = launcher;
    launcher = undefined;
    ending = Promise.all([ending, running?.then(({ close }) => close(), () => {})]);
    await ending;
  }

  /** From now on there is something to leave behind: programs run in groups of their own. */
  function listen(): void {
    if (listens) return;
    listens = true;
    for (const [signal, code] of LAST) Deno.addSignalListener(signal, () => leave(code));
  }

  function leave(code: number): void {
    // A program that was handed the terminal ends when it likes.
    setTimeout(() => Deno.exit(code), patience);
    leaving ??= Promise.allSettled([...ends].map((end) => end())).then(() => Deno.exit(code));
  }

  /** Ctrl-C stops what is running and nothing else. */
  async function interruptible<T>(launcher: Launcher, act: () => Promise<T>): Promise<T> {
    const stop = () => launcher.cancel();
    Deno.addSignalListener("SIGINT", stop);
    try {
      return await act();
    } finally {
      Deno.removeSignalListener("SIGINT", stop);
    }
  }
}
