import type { LineInput, LineOutput } from "../repl/line_editor.ts";

/** A terminal in raw mode, until it is disposed of. */
export interface TerminalGuard extends Disposable {
  /** Gives the terminal back and stops this process, as Ctrl-Z does; returns once it goes on. */
  readonly suspend: () => Promise<void>;
  /** Sets again what another may have changed meanwhile. */
  readonly renew: () => void;
}

const PASTE_ON = "\x1b[?2004h";
const PASTE_OFF = "\x1b[?2004l";

/** Options of {@linkcode guardTerminal}. */
export interface GuardOptions {
  /** Only keeps keys off the screen: Ctrl-C still interrupts, pastes have no marks. Default false. */
  readonly quiet?: boolean;
}

/** How long a stop may take to come. Milliseconds. */
const STOP_MS = 50;

/**
 * Puts a terminal into raw mode, with marks around pastes, and sees to it that it is put back on
 * every way out: disposal, `Deno.exit`, an error nobody caught, SIGTERM, SIGHUP.
 *
 * @param on what to do when the size has changed, and when the process goes on after a stop from outside.
 */
export function guardTerminal(
  input: LineInput,
  output: LineOutput,
  on: { resize(): void; resume(): void },
  { quiet = false }: GuardOptions = {},
): TerminalGuard {
  let raw = false;
  const signals: [Deno.Signal, () => void][] = Deno.build.os === "windows" ? [] : [
    ["SIGWINCH", on.resize],
    ["SIGCONT", resume],
    ["SIGTERM", () => endBy("SIGTERM")],
    ["SIGHUP", () => endBy("SIGHUP")],
  ];
  const lastMoments = ["unload", "error", "unhandledrejection"];
  enter();
  for (const [signal, listener] of signals) Deno.addSignalListener(signal, listener);
  for (const moment of lastMoments) addEventListener(moment, leave);
  return {
    async suspend() {
      if (Deno.build.os === "windows") return;
      leave();
      // The whole group: else a wrapper script would go on waiting and keep the terminal.
      Deno.kill(0, "SIGTSTP");
      // The stop may come a little later than this; without job control it does not come at all.
      await new Promise((resolve) => setTimeout(resolve, STOP_MS));
      enter();
    },
    renew: enter,
    [Symbol.dispose]: dispose,
  };

  function dispose() {
    for (const [signal, listener] of signals) Deno.removeSignalListener(signal, listener);
    for (const moment of lastMoments) removeEventListener(moment, leave);
    leave();
  }

  function enter() {
    raw = true;
    input.setRaw(true, { cbreak: quiet });
    if (!quiet) output.write(PASTE_ON);
  }

  function leave() {
    if (!raw) return;
    raw = false;
    if (!quiet) output.write(PASTE_OFF);
    input.setRaw(false);
  }

  function resume() {
    if (!raw) return;
    // A stop from outside (`kill -STOP`) left no time to leave: the shell has set its own mode.
    raw = false;
    input.setRaw(false);
    enter();
    on.resume();
  }

  function endBy(signal: "SIGTERM" | "SIGHUP") {
    dispose();
    // Now it does what it would have done without us: ends the process, or calls the listeners of
    // others, who thus get it twice.
    Deno.kill(Deno.pid, signal);
  }
}
