import { showControls } from "../../core/safety/terminal.ts";
import type { Origin } from "../../core/tool.ts";
import { guardTerminal } from "./guard_terminal.ts";
import { createKeyDecoder, type Key } from "./key_decoder.ts";
import type { LineInput } from "../repl/line_editor.ts";
import type { Output } from "./output.ts";
import { paintDiff } from "./paint_diff.ts";
import type { Style } from "./style.ts";

/** Something a person has to allow. */
export interface ApprovalPrompt {
  readonly tool: string;
  readonly origin: Origin;
  /** The exact things: paths, an argv. */
  readonly what: readonly string[];
  readonly reason: string;
  readonly rule: string;
  /** What to look at before answering: a diff. Empty for nothing. */
  readonly preview: string;
  /** What "always" would be stored for; undefined when it may not be. */
  readonly always: string | undefined;
}

/** What the person said: `always` is meant for exactly the thing shown. */
export type ApprovalAnswer = "yes" | "no" | "always";

/** What {@linkcode askApproval} talks through. */
export interface AskOptions {
  readonly input: LineInput;
  readonly output: Output;
  readonly style: Style;
  /** What Ctrl-C does besides answering no. Default: SIGINT to this process. */
  readonly interrupt?: () => void;
}

/** Keys pressed before a person can have read the question are not an answer. Milliseconds. */
const READ_MS = 250;

/** Lines of a preview shown at first. */
const PREVIEW_LINES = 60;

/**
 * Asks a person to allow something, by one key. Only `y` and `a` allow; Enter alone means nothing,
 * so that no key typed too early or too often can allow what was not read.
 *
 * @returns undefined when there is no terminal to ask on.
 */
export async function askApproval(
  prompt: ApprovalPrompt,
  options: AskOptions,
): Promise<ApprovalAnswer | undefined> {
  const { input, output, style } = options;
  if (!input.isTerminal() || !output.isTerminal()) return undefined;
  output.write(`${describe(prompt, style)}\n`);
  let interrupted = false;
  const answer = await (async () => {
    using _raw = guardTerminal(input, output, {
      resize: () => {},
      resume: () => output.write(choices(prompt, style)),
    });
    output.write(choices(prompt, style));
    const shown = performance.now();
    for await (const key of keysOf(input)) {
      if (performance.now() - shown < READ_MS) continue;
      if (key.name === "ctrl-c") interrupted = true;
      if (key.text === "?") {
        output.write(`?\r\n${more(prompt, style).replaceAll("\n", "\r\n")}\r\n`);
        output.write(choices(prompt, style));
        continue;
      }
      const answer = answerOf(key, prompt);
      if (answer === undefined) continue;
      output.write(`${answer}\r\n`);
      return answer;
    }
    output.write("no\r\n");
    return "no";
  })();
  if (interrupted) (options.interrupt ?? interruptSelf)();
  return answer;
}

function answerOf(key: Key, { always }: ApprovalPrompt): ApprovalAnswer | undefined {
  if (key.name === "text") {
    const letter = key.text.toLowerCase();
    if (letter === "y") return "yes";
    if (letter === "n") return "no";
    return letter === "a" && always !== undefined ? "always" : undefined;
  }
  return ["ctrl-c", "ctrl-d", "escape"].includes(key.name) ? "no" : undefined;
}

function describe({ tool, origin, what, reason, rule, preview }: ApprovalPrompt, style: Style) {
  const who = origin === "agent" ? "the agent chose this" : "you asked for this";
  return [
    `${style.yellow("?")} ${style.bold(showControls(tool))} (${who}) wants:`,
    ...what.map((thing) => `    ${style.bold(showControls(thing))}`),
    `  ${showControls(reason)} ${style.dim(`[${showControls(rule)}]`)}`,
    ...previewLines(preview, style, PREVIEW_LINES),
  ].join("\n");
}

function previewLines(preview: string, style: Style, most: number): string[] {
  if (preview.trim() === "") return [];
  const lines = paintDiff(preview.split("\n").map(escapeLine).join("\n"), style).split("\n");
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most), style.dim(`\u2026 ${lines.length - most} more lines: press ?`)];
}

/** Shows controls, but for tabs, which sources are full of. */
function escapeLine(line: string): string {
  return line.split("\t").map(showControls).join("\t");
}

function choices({ always }: ApprovalPrompt, style: Style): string {
  const keys = ["y yes", "n no", ...(always === undefined ? [] : ["a always"]), "? more"];
  return `${style.cyan(keys.join("  "))} > `;
}

function more({ always, preview }: ApprovalPrompt, style: Style): string {
  return [
    ...previewLines(preview, style, Infinity),
    "y allows it this once, n refuses it and the work goes on without, Ctrl-C stops the work.",
    always === undefined
      ? "This is asked for each time: it cannot be allowed for good."
      : `a allows it now and in later sessions of this workspace, exactly: ${showControls(always)}`,
  ].join("\n");
}

async function* keysOf(input: LineInput): AsyncGenerator<Key> {
  const decoder = createKeyDecoder();
  const bytes = new Uint8Array(1024);
  while (true) {
    const length = await input.read(bytes);
    if (length === null) return;
    yield* decoder.push(bytes.subarray(0, length));
    // No sequence means anything here, so that what may begin one is the Escape key.
    yield* decoder.flush();
  }
}

function interruptSelf() {
  Deno.kill(Deno.pid, "SIGINT");
}
