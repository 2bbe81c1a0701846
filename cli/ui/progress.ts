import { sanitize } from "../../core/safety/terminal.ts";
import type { Progress as Update } from "../../core/tool.ts";
import type { Output } from "./output.ts";
import type { Style } from "./style.ts";
import { cutToWidth } from "./width.ts";

/** One line that tells what is running; nothing of it stays. */
export interface ProgressLine {
  /** A call has begun. */
  start(call: string, label: string): void;
  update(call: string, update: Update): void;
  end(call: string): void;
  /** Takes the line away so that something else can be written; it comes back by itself. */
  hide(): void;
  /** Keeps the line away until the function returned is called. */
  pause(): () => void;
}

/** Keys that are typed ahead and must not be shown. */
export interface QuietKeys {
  hide(): void;
  show(): void;
}

/** Options of {@linkcode createProgressLine}. */
export interface ProgressLineOptions {
  readonly output: Output;
  readonly style: Style;
  /** Whether to show anything at all. Default: if the output is a terminal. */
  readonly enabled?: boolean;
  /** Keeps keys typed ahead off the screen while the line is shown. Default: nothing does. */
  readonly keys?: QuietKeys;
  /** How long a call runs before it is shown. Milliseconds. Default 500. */
  readonly delayMs?: number;
}

interface Call {
  readonly label: string;
  readonly since: number;
  update: Update | undefined;
}

const FRAMES = [..."\u280b\u2819\u2839\u2838\u283c\u2834\u2826\u2827\u2807\u280f"];
const TICK_MS = 100;

/** Makes the line; it costs nothing while no call runs. */
export function createProgressLine(options: ProgressLineOptions): ProgressLine {
  const { output, style, keys, enabled = output.isTerminal(), delayMs = 500 } = options;
  const calls = new Map<string, Call>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let shown = false;
  let pauses = 0;
  let ticks = 0;
  return {
    start(call, label) {
      if (!enabled) return;
      calls.set(call, { label, since: performance.now(), update: undefined });
      timer ??= setInterval(tick, TICK_MS);
    },
    update(id, update) {
      const call = calls.get(id);
      if (call !== undefined) call.update = update;
    },
    end(call) {
      calls.delete(call);
      hide();
      if (calls.size > 0) return;
      keys?.show();
      // Even clearing nothing would load all of Node's timers.
      if (timer !== undefined) clearInterval(timer);
      timer = undefined;
    },
    hide,
    pause() {
      pauses++;
      hide();
      keys?.show();
      return () => void pauses--;
    },
  };

  function hide() {
    if (shown) output.write("\r\x1b[K");
    shown = false;
  }

  function tick() {
    const now = performance.now();
    const running = [...calls.values()].filter((call) => now - call.since >= delayMs);
    const newest = running.at(-1);
    if (newest === undefined || pauses > 0) return;
    keys?.hide();
    const frame = FRAMES[ticks++ % FRAMES.length]!;
    const text = textOf(newest, running.length, now, output.size().columns - 3);
    output.write(`\r\x1b[K${style.cyan(frame)} ${text}`);
    shown = true;
  }
}

/** The text of the line; what is done and how long it took stay when the rest is cut. */
function textOf({ label, since, update }: Call, running: number, now: number, columns: number) {
  const text = update === undefined ? "" : `: ${sanitize(update.text).split("\n")[0]}`;
  const count = update?.done === undefined
    ? ""
    : ` ${update.done}${update.total === undefined ? "" : `/${update.total}`}`;
  const others = running > 1 ? ` (+${running - 1})` : "";
  const tail = `${count} ${((now - since) / 1000).toFixed(0)}s${others}`;
  return cutToWidth(`${label}${text}`, Math.max(1, columns - tail.length)) + tail;
}
