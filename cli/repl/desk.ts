import { sanitize } from "../../core/safety/terminal.ts";
import { describeError } from "../../core/errors.ts";
import type { Shell } from "../shell.ts";
import { type SteeredRun, steeredRun } from "../steered_run.ts";
import { createStyle, wantsColour } from "../ui/style.ts";
import type { LineReader } from "./line_editor.ts";

/** A line to act on. */
export interface DeskLine {
  readonly text: string;
  /** Whether it is a request, whatever it looks like: it was meant for the model. */
  readonly request: boolean;
}

/**
 * Where a session's lines come from, also while a model works on a request: then what is typed is
 * said to it before its next turn, commands that only show something run at once, and others wait
 * for its end. Without a model, or where no line is kept on the screen, lines wait as they are.
 */
export interface Desk {
  /** The next line: what had to wait first. Undefined when the session is to end. */
  next(): Promise<DeskLine | undefined>;
  /** The shell whose requests are attended to. */
  readonly shell: Shell;
  /** Whether a request is attended to now. */
  busy(): boolean;
  /** Whether keys are taken, be it for a request or for a line that was begun during one. */
  attends(): boolean;
  /** Stops the request; false when there is none, or it is already being stopped. */
  interrupt(): boolean;
  /** What stays on the screen of a line entered while a request is worked on. */
  entered(line: string): string | undefined;
}

/** Commands that only show something. */
const AT_ONCE = /^\/(help|cost|todo|why)(\s|$)/;

const LEAVE = /^\/?(quit|exit)$/;

const OVER = Symbol("over");

/**
 * Makes it.
 *
 * @param reader asked for once lines are wanted.
 */
export function createDesk(shell: Shell, reader: () => LineReader): Desk {
  const { dim } = createStyle(
    wantsColour({ isTerminal: shell.screen.stdout.isTerminal(), plain: false, env: shell.env }),
  );
  const waiting: DeskLine[] = [];
  let pending: Promise<string | undefined> | undefined;
  let run: SteeredRun<number> | undefined;
  let leaving = false;
  const own: Shell = { ...shell, ask };

  return {
    shell: own,
    busy: () => run !== undefined,
    attends: () => run !== undefined || pending !== undefined,
    interrupt,
    async next() {
      const first = waiting.shift();
      if (leaving || first !== undefined) return leaving ? undefined : first;
      const text = await read();
      return text === undefined ? undefined : { text, request: false };
    },
    entered(line) {
      const text = line.trim();
      if (run === undefined || LEAVE.test(text)) return undefined;
      if (text === "") return "";
      const shown = sanitize(text);
      if (AT_ONCE.test(text)) return dim(shown);
      return dim(text.startsWith("/") ? `after this: ${shown}` : `queued: ${shown}`);
    },
  };

  /** A read that was begun during a request goes on after it. */
  async function read(): Promise<string | undefined> {
    pending ??= reader().read();
    return await pending.finally(() => pending = undefined);
  }

  async function ask(...[text, options]: Parameters<Shell["ask"]>): Promise<number> {
    const { model } = await shell.place();
    if (model === undefined || !reader().live) return await shell.ask(text, options);
    const mine = run = steeredRun(await shell.launcher(), () => shell.ask(text, options));
    reader().refresh();
    try {
      return await attend(mine.ended);
    } finally {
      run = undefined;
      // What came too late for it is asked next.
      const late = mine.unheard().join("\n");
      if (late !== "") waiting.unshift({ text: late, request: true });
      reader().refresh();
    }
  }

  async function attend(work: Promise<number>): Promise<number> {
    const over = work.then(() => OVER, () => OVER);
    while (true) {
      const line = await Promise.race([over, pending ??= reader().read()]);
      if (typeof line === "symbol") return await work;
      pending = undefined;
      if (line === undefined || LEAVE.test(line.trim())) {
        leaving = true;
        interrupt();
        return await work;
      }
      await take(line.trim());
    }
  }

  async function take(text: string): Promise<void> {
    if (text === "" || run === undefined) return;
    if (AT_ONCE.test(text)) return await showAtOnce(text);
    if (text.startsWith("/")) return void waiting.push({ text, request: false });
    run.say(text);
  }

  /** What it shows stands above a row that is still being written. */
  async function showAtOnce(text: string): Promise<void> {
    const tell = (line: string) => reader().insert(sanitize(line));
    try {
      const { runSlash } = await import("./slash.ts");
      await runSlash(text, { ...own, io: { out: tell, err: tell } });
    } catch (error) {
      tell(describeError(error));
    }
  }

  function interrupt(): boolean {
    return run?.stop() ?? false;
  }
}
