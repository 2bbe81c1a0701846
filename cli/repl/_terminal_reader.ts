import { complete } from "./_complete_line.ts";
import { createKeyDecoder, type Key } from "../ui/key_decoder.ts";
import { createScreen } from "./_screen.ts";
import { guardTerminal, type TerminalGuard } from "../ui/guard_terminal.ts";
import { type EditorState, reduce, shownBuffer, START } from "./_reduce.ts";
import type { LineInput, LineReader, LineReaderOptions } from "./line_editor.ts";
import { createSharedInput } from "./_shared_input.ts";

/** How long a lone Escape byte may be the beginning of a sequence. Milliseconds. */
const ESCAPE_WAIT = 50;

/** Reads lines with editing from a terminal in raw mode. */
export function createTerminalReader(options: LineReaderOptions): LineReader {
  const { input, output, history } = options;
  const decoder = createKeyDecoder();
  const screen = createScreen(output, options.paintPrompt);
  const closing = Promise.withResolvers<null>();
  const keys: Key[] = [];
  const shared = createSharedInput(input);
  let closed = false;
  let reading: Promise<Uint8Array | null> | undefined;
  /** The terminal while a line is read. */
  let opened: TerminalGuard | undefined;
  /** Resolves when nobody has borrowed the keys. */
  let lent: Promise<void> = Promise.resolve();
  let killed = "";

  return {
    live: true,
    async read() {
      await lent;
      if (closed) return undefined;
      using terminal = guardTerminal(input, output, {
        resize: screen.redraw,
        resume: screen.reopen,
      });
      opened = terminal;
      screen.open(prompt());
      const line = await editLine(terminal.suspend).finally(() => opened = undefined);
      if (line !== undefined && !closed) await history?.add(line);
      return closed ? undefined : line;
    },
    above: screen.above,
    insert: screen.insert,
    refresh: () => screen.reprompt(prompt()),
    lend,
    close() {
      closed = true;
      closing.resolve(null);
    },
  };

  function prompt(): string {
    return typeof options.prompt === "string" ? options.prompt : options.prompt();
  }

  async function lend<T>(use: (input: LineInput) => Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>();
    await lent;
    lent = promise;
    screen.hide();
    const borrowed = shared.lend();
    // While a line is read the terminal is in raw mode, and has to stay so.
    const setRaw = opened === undefined ? input.setRaw.bind(input) : () => {};
    try {
      return await use({ read: borrowed.read, setRaw, isTerminal: () => input.isTerminal() });
    } finally {
      borrowed[Symbol.dispose]();
      opened?.renew();
      screen.unhide();
      resolve();
    }
  }

  async function editLine(suspend: () => Promise<void>): Promise<string | undefined> {
    const lines = history?.entries ?? [];
    let state: EditorState = { ...START, killed };
    let previous: Key | undefined;
    let interrupted = false;
    while (true) {
      screen.show(shownBuffer(state, lines), searchPrompt(state));
      const key = await nextKey();
      // Keys that came before a question are for the line, once it is back.
      await lent;
      if (key === undefined) return leave("", undefined);
      const stops = key.name === "ctrl-c" || key.name === "escape";
      if (stops && state.search === undefined && options.interrupt?.()) continue;
      const step = reduce(state, key, lines);
      state = step.state;
      killed = state.killed;
      const again = interrupted && key.name === "ctrl-c" && state.buffer.text === "";
      interrupted = key.name === "ctrl-c";
      switch (step.effect) {
        case "submit":
          return submit(state.buffer.text);
        case "end":
          return leave("", undefined);
        case "interrupt":
          if (again) return leave("", undefined);
          screen.leave("^C", state.buffer.text === "" ? LEAVE_HINT : "");
          state = { ...START, killed };
          break;
        case "complete":
          state = await complete(state, previous?.name === "tab", options.complete, screen);
          break;
        case "clear":
          screen.clear();
          break;
        case "suspend":
          screen.leave("", "");
          await suspend();
          break;
        case "bell":
          output.write("\x07");
      }
      previous = key;
    }
  }

  function submit(text: string): string {
    const instead = options.entered?.(text);
    if (instead === undefined) return leave("", text);
    screen.take();
    if (instead !== "") screen.insert(instead);
    return text;
  }

  function leave<T>(mark: string, result: T): T {
    screen.leave(mark, "");
    return result;
  }

  async function nextKey(): Promise<Key | undefined> {
    while (keys.length === 0) {
      reading ??= readBytes();
      const waits = decoder.waiting ? [reading, delay(ESCAPE_WAIT)] : [reading];
      const bytes = await Promise.race([...waits, closing.promise]);
      if (bytes === undefined) {
        keys.push(...decoder.flush());
        continue;
      }
      reading = undefined;
      if (bytes === null) return undefined;
      keys.push(...decoder.push(bytes));
    }
    return keys.shift();
  }

  async function readBytes(): Promise<Uint8Array | null> {
    const into = new Uint8Array(4096);
    const length = await shared.owner.read(into);
    return length === null ? null : into.subarray(0, length);
  }
}

const LEAVE_HINT = "(Ctrl-C again or Ctrl-D leaves)";

function searchPrompt({ search }: EditorState): string | undefined {
  if (search === undefined) return undefined;
  return `(${search.failed ? "failed " : ""}search) ${search.query}: `;
}

function delay(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined));
}
