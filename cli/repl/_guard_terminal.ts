import type { LineInput, LineOutput } from "./line_editor.ts";

/** A terminal in raw mode, until it is disposed of. */
export interface TerminalGuard extends Disposable {
  /** Gives the terminal back and stops this process, as Ctrl-Z does; returns once it goes on. */
  readonly suspend: () => void;
}

const PASTE_ON = "\x1b[?2004h";
const PASTE_OFF = "\x1b[?2004l";

/**
 * Puts a terminal into raw mode, with marks around pastes, and sees to it that it is put back on
 * every way out: disposal, `Deno.exit`, an error nobody caught, SIGTERM, SIGHUP.
 *
 * @param redraw called when the size has changed or the process goes on after a stop.
 */
export function guardTerminal(
  input: LineInput,
  output: LineOutput,
  redraw: () => void,
): TerminalGuard {
  let raw = false;
  let disposed = false;
  const signals: [Deno.Signal, () => void][] = Deno.build.os === "windows" ? [] : [
    ["SIGWINCH", redraw],
    ["SIGCONT", resume],
    ["SIGTERM", () => endBy("SIGTERM")],
    ["SIGHUP", () => endBy("SIGHUP")],
  ];
  const lastMoments = ["unload", "error", "unhandledrejection"];
  enter();
  for (const [signal, listener] of signals) Deno.addSignalListener(signal, listener);
  for (const moment of lastMoments) addEventListener(moment, leave);
  return {
    suspend() {
      if (Deno.build.os === "windows") return;
      leave();
      output.write("\r\n");
      // The whole group: else a wrapper script would go on waiting and keep the terminal.
      Deno.kill(0, "SIGTSTP");
      // Without job control nothing stops and no SIGCONT comes.
      setTimeout(resume, 50);
    },
    [Symbol.dispose]: dispose,
  };

  function dispose() {
    disposed = true;
    for (const [signal, listener] of signals) Deno.removeSignalListener(signal, listener);
    for (const moment of lastMoments) removeEventListener(moment, leave);
    leave();
  }

  function enter() {
    if (raw) return;
    raw = true;
    input.setRaw(true);
    output.write(PASTE_ON);
  }

  function leave() {
    if (!raw) return;
    raw = false;
    output.write(PASTE_OFF);
    input.setRaw(false);
  }

  function resume() {
    if (disposed) return;
    // A stop from outside (`kill -STOP`) left no time to leave: the shell has set its own mode.
    if (raw) input.setRaw(false);
    raw = false;
    enter();
    redraw();
  }

  function endBy(signal: "SIGTERM" | "SIGHUP") {
    dispose();
    // Now it does what it would have done without us: ends the process, or calls the listeners of
    // others, who thus get it twice.
    Deno.kill(Deno.pid, signal);
  }
}
