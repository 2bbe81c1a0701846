import type { Event, EventData } from "../../core/events.ts";
import { sanitize } from "../../core/safety/terminal.ts";
import { usageLine } from "../tally.ts";
import { paintResult } from "./paint_result.ts";
import type { RendererOptions } from "./render.ts";
import { cutToWidth } from "./width.ts";
import { withoutPreview } from "./without_preview.ts";

/** Lines of a result that are shown: the model reads all of it. */
const SHOWN = 3;
/** Lines of a change that are shown. */
const SHOWN_DIFF = 24;
/** How an edit was proved: for the model, and in the events. */
const PROOF = /^ +(?:(?:edit|hunk) \d+: |all other bytes |sha256 )/;

/**
 * Shows what a model does: its answer on standard output as it comes, a line for each call and the
 * beginning of each result on standard error, and at the end what it took.
 *
 * @returns takes an event; false for one that is shown as without a model.
 */
export function createModelView(options: RendererOptions): (event: Event) => boolean {
  const { stdout, stderr, progress, style } = options;
  let working = false;
  /** Whether the answer is the JSON at the end: what is said on the way is for people. */
  let formed = false;
  let streamed = "";
  let lastSaid = "";
  let last: EventData["usage"] | undefined;
  return ({ type, data }) => {
    if (type === "agent.start") formed = data.schema === true;
    if (type === "conversation") working = true;
    if (!working) return false;
    switch (type) {
      case "message.delta":
        if (data.text) stream(data.text);
        return true;
      case "message":
        if (data.role === "assistant") said(data.text);
        return true;
      case "tool.start":
        endLine();
        tell(style.stderr.dim(callLine(data, width())));
        progress.start(data.call, data.tool);
        return true;
      case "tool.end":
        progress.end(data.call);
        // Its list has been shown.
        if (data.tool !== "todo") showResult(data);
        return true;
      case "tool.update":
        return data.lasting === true;
      case "usage":
        last = data;
        return true;
      case "todo":
        tell(
          data.items.map(({ text, done }) => `   [${done ? "x" : " "}] ${sanitize(text)}`).join(
            "\n",
          ),
        );
        return true;
      case "compaction": {
        // What freed nothing is told by its answer.
        if (data.after >= data.before) return true;
        const what = data.kind === "pruned" ? "older results left out" : "conversation summarized";
        tell(style.stderr.dim(`${what}: ${data.before} to ${data.after} tokens`));
        return true;
      }
      case "choice":
        // The local mind has taken over: it is shown as without a model.
        endLine();
        working = false;
        return false;
      case "agent.end":
        endLine();
        working = false;
        // The answer has been shown, and so has a limit; an error not yet.
        if (formed && ["done", "permission"].includes(data.stop)) answer(sanitize(data.summary));
        else if (data.summary !== lastSaid && data.stop === "done") answer(sanitize(data.summary));
        else if (data.summary !== lastSaid && !data.stop.startsWith("limit:")) {
          tell(style.stderr.red(sanitize(data.summary)));
        }
        lastSaid = "";
        if (last !== undefined) tell(style.stderr.dim(spentLine(last)));
        last = undefined;
        return true;
      case "notice":
      case "limit":
        endLine();
        return false;
      default:
        return false;
    }
  };

  function stream(text: string): void {
    streamed += text;
    speak(sanitize(text));
  }

  function said(text: string): void {
    if (streamed === "") speak(line(sanitize(text)));
    else endLine();
    lastSaid = text;
  }

  function endLine(): void {
    if (streamed !== "" && !streamed.endsWith("\n")) speak("\n");
    streamed = "";
  }

  function showResult({ ok, text, data }: EventData["tool.end"]): void {
    const isChange = typeof data === "object" && data !== null && "undo" in data;
    const fresh = isChange ? withoutPreview(text, options.previewed?.() ?? "") : text;
    const shown = sanitize(fresh).split("\n")
      .filter((line) => line.trim() !== "" && !(isChange && PROOF.test(line)));
    const most = isChange ? SHOWN_DIFF : SHOWN;
    const rest = shown.length - most;
    const lines = rest > 1 ? [...shown.slice(0, most), `\u2026 ${rest} more lines`] : shown;
    const cut = lines.map((line) => `   ${cutToWidth(line, width() - 3)}`).join("\n");
    if (cut === "") return;
    tell(
      !ok
        ? style.stderr.red(cut)
        : isChange
        ? paintResult(cut, style.stderr)
        : style.stderr.dim(cut),
    );
  }

  function width(): number {
    return Math.max(20, stderr.size().columns - 1);
  }

  function speak(text: string): void {
    progress.hide();
    (formed ? stderr : stdout).write(text);
  }

  function answer(text: string): void {
    progress.hide();
    stdout.write(line(text));
  }

  function tell(text: string): void {
    progress.hide();
    stderr.write(`${text}\n`);
  }
}

function line(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}

function callLine({ tool, input }: EventData["tool.start"], columns: number): string {
  return cutToWidth(`-> ${sanitize(tool)} ${inputLine(input)}`.trimEnd(), columns);
}

/** The values of a call, as short as they are understood. */
function inputLine(input: unknown): string {
  if (typeof input !== "object" || input === null) return "";
  return sanitize(
    Object.entries(input).map(([key, value]) => {
      if (typeof value === "string") {
        return key === "content" ? `(${value.length} characters)` : value;
      }
      if (key === "edits" && Array.isArray(value)) {
        return `(${value.length} edit${value.length === 1 ? "" : "s"})`;
      }
      return JSON.stringify(value);
    }).join(" "),
  ).replaceAll("\n", " ");
}

function spentLine({ total, used, window }: EventData["usage"]): string {
  const share = window === undefined ? "" : `, ${Math.round(used / window * 100)}% of the window`;
  return usageLine(total) + share;
}
