import type { Bus } from "../../core/bus.ts";
import type { Config } from "../../core/config.ts";
import type { Event } from "../../core/events.ts";
import { UserError } from "../../core/errors.ts";
import { lazy } from "../../core/lazy.ts";
import type { Decision, GateRequest } from "../../core/safety/decision.ts";
import { sanitize } from "../../core/safety/terminal.ts";
import type { LineInput } from "../repl/line_editor.ts";
import type { ApprovalAnswer } from "./ask.ts";
import { createOutput, type Output } from "./output.ts";
import { createProgressLine } from "./progress.ts";
import { createQuietKeys } from "./quiet_keys.ts";
import { createStyle, type Style, wantsColour } from "./style.ts";

/** A question for the person. */
export interface PersonQuestion {
  readonly request: GateRequest;
  readonly decision: Decision;
  /** What to look at before answering: a diff. */
  readonly preview: string;
}

/** A line editor that keeps its line on the screen. */
export interface KeptLine {
  /** Writes above the line; the text may end within a row. */
  above(text: string): void;
  /** Gives the keys to a question and takes the line away meanwhile. */
  lend<T>(use: (input: LineInput) => Promise<T>): Promise<T>;
  /** Whether it takes keys now, also while something else runs. */
  takesKeys(): boolean;
  /** Stops at once what is worked on; false when it is not the one to do that. */
  interrupt(): boolean;
}

/** The terminal, or the pipes in its place. */
export interface Terminal {
  /** For the line editor, which keeps a line on the screen: nothing is written around it here. */
  readonly stdout: Output;
  /** Names the line editor that all else is to be written around. */
  keepLine(line: KeptLine): void;
  readonly style: { readonly stdout: Style; readonly stderr: Style };
  /** A line for standard output. Controls are taken out, here and below. */
  out(line: string): void;
  /** A line for standard error. */
  err(line: string): void;
  /** A line for standard error, in yellow. */
  warn(line: string): void;
  /** Asks the person, one question at a time. Without a terminal the answer is no. */
  ask(question: PersonQuestion): Promise<ApprovalAnswer>;
  /** Leaves the terminal to another program until the function returned is called. */
  hold(): () => void;
  /** Shows the events of a session: as text, or as JSON in the form that `output` says. */
  follow(bus: Bus<Event>, config: Pick<Config, "output" | "provider">): void | Promise<void>;
}

/** Options of {@linkcode createTerminal}. */
export interface TerminalOptions {
  /** Variables: those of {@linkcode wantsColour} count. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** No colour, no progress line. Default false. */
  readonly plain?: boolean;
  /** Called once when nobody reads standard output any more. Default: nothing happens. */
  readonly onClosed?: () => void;
}

// One of them is used.
const loadLines = lazy<typeof import("./json_lines.ts")>("./json_lines.ts", import.meta.url);
const loadObject = lazy<typeof import("./json_object.ts")>("./json_object.ts", import.meta.url);
const loadModelView = lazy<typeof import("./model_view.ts")>("./model_view.ts", import.meta.url);
const loadRenderer = lazy<typeof import("./render.ts")>("./render.ts", import.meta.url);

const loadAsk = lazy<typeof import("./ask_person.ts")>("./ask_person.ts", import.meta.url);

/** Opens the terminal of this process. */
export function createTerminal({ env, plain = false, onClosed }: TerminalOptions): Terminal {
  let kept: KeptLine | undefined;
  const around = (output: Output): Output => {
    const shown = output.isTerminal();
    return {
      ...output,
      write: (text) => kept !== undefined && shown ? kept.above(text) : output.write(text),
    };
  };
  const line = createOutput(Deno.stdout, onClosed && { onClosed });
  const stdout = around(line);
  const stderr = around(createOutput(Deno.stderr));
  const styleOf = (output: Output) =>
    createStyle(wantsColour({ isTerminal: output.isTerminal(), plain, env }));
  const style = { stdout: styleOf(stdout), stderr: styleOf(stderr) };
  const enabled = stderr.isTerminal() && !plain && env.TERM !== "dumb";
  const keys = createQuietKeys(Deno.stdin, stderr, () => kept?.takesKeys() ?? false);
  const progress = createProgressLine({ output: stderr, style: style.stderr, keys, enabled });
  let preview = "";
  let asking: Promise<unknown> = Promise.resolve();

  return {
    stdout: line,
    keepLine: (line) => void (kept = line),
    style,
    out: (line) => print(stdout, sanitize(line)),
    err: (line) => print(stderr, sanitize(line)),
    warn: (line) => print(stderr, style.stderr.yellow(sanitize(line))),
    ask(question) {
      const answer = asking.then(() => ask(question));
      asking = answer.catch(() => {});
      return answer;
    },
    hold() {
      if (!kept?.takesKeys()) return progress.pause();
      throw new UserError("refused", "a program that wants the terminal has to wait its turn", {
        hint: "start it yourself when the request is done",
        rule: "terminal.busy",
      });
    },
    async follow(bus, { output, provider }) {
      const listen = (show: (event: Event) => void) =>
        void bus.subscribe(">", ({ value }) => show(value));
      if (output === "stream-json") {
        listen((await loadLines()).createJsonLines(stdout));
      } else if (output === "json") {
        listen((await loadObject()).createJsonObject(stdout));
      } else {
        const options = { stdout, stderr, style, progress, previewed: () => preview };
        const { createRenderer } = await loadRenderer();
        const model = provider && (await loadModelView()).createModelView(options);
        listen(createRenderer({ ...options, ...model && { model } }));
      }
    },
  };

  function print(output: Output, line: string) {
    progress.hide();
    output.write(`${line}\n`);
  }

  /** A signal would come only after the answer, when the next step has begun. */
  function interrupt() {
    if (!kept?.interrupt()) Deno.kill(Deno.pid, "SIGINT");
  }

  async function ask(question: PersonQuestion): Promise<ApprovalAnswer> {
    const resume = progress.pause();
    preview = question.preview;
    try {
      const { askPerson } = await loadAsk();
      const by = (input: LineInput) =>
        askPerson(question, { input, output: stderr, style: style.stderr, interrupt });
      return await (kept === undefined ? by(Deno.stdin) : kept.lend(by));
    } finally {
      resume();
    }
  }
}
