import type { Event, EventData } from "../../core/events.ts";
import { sanitize } from "../../core/safety/terminal.ts";
import type { Output } from "./output.ts";
import { paintResult } from "./paint_result.ts";
import type { ProgressLine } from "./progress.ts";
import type { Style } from "./style.ts";
import { withoutPreview } from "./without_preview.ts";

/** What {@linkcode createRenderer} writes to. */
export interface RendererOptions {
  /** For results. */
  readonly stdout: Output;
  /** For errors, notices, choices. */
  readonly stderr: Output;
  readonly style: { readonly stdout: Style; readonly stderr: Style };
  readonly progress: ProgressLine;
  /** Shows what a model does; false for what is shown as without one. */
  readonly model?: (event: Event) => boolean;
  /** What the last question at this terminal showed; empty for nothing. Default nothing. */
  readonly previewed?: () => string;
}

/**
 * Makes a consumer of events that shows them as text: what tools and the agent answer on standard
 * output, all else on standard error. Everything is stripped of what could act on the terminal.
 * Event types it does not know are passed over.
 */
export function createRenderer(options: RendererOptions): (event: Event) => void {
  const { progress, style } = options;
  let said = "";
  const chosen = new Set<string>();
  return (event) => {
    if (options.model?.(event)) return;
    switch (event.type) {
      case "tool.start":
        if (event.data.origin === "agent") chosen.add(event.data.call);
        return progress.start(event.data.call, event.data.tool);
      case "tool.update":
        return updated(event.data);
      case "tool.end":
        return ended(event.data);
      case "choice": {
        const { tool, reason } = event.data;
        return tell(style.stderr.dim(clean(`-> ${tool}: ${reason}`)));
      }
      case "message":
        if (event.data.role === "assistant") say(event.data.text);
        return;
      case "agent.end":
        return finished(event.data);
      case "limit":
        return tell(style.stderr.yellow(clean(event.data.text)));
      case "notice": {
        const text = clean(event.data.text);
        return tell(event.data.level === "warning" ? style.stderr.yellow(text) : text);
      }
    }
  };

  function updated({ call, lasting, ...update }: EventData["tool.update"]) {
    if (lasting) print(paintResult(clean(update.text), style.stdout));
    else progress.update(call, update);
  }

  function ended({ call, ok, text, data, part }: EventData["tool.end"]) {
    progress.end(call);
    if (text === "" || part) return;
    // A call that failed has no data; one that found nothing has.
    if (!ok && data === null) return tell(style.stderr.red(clean(text)));
    // What the agent looks at on its way is shown in part; what was asked for, in whole.
    const fresh = options.stdout.isTerminal()
      ? withoutPreview(text, options.previewed?.() ?? "")
      : text;
    const shown = chosen.delete(call) ? headOf(fresh) : fresh;
    print(paintResult(clean(shown), style.stdout));
  }

  function say(text: string) {
    said = text;
    print(clean(text));
  }

  function finished({ summary, next }: EventData["agent.end"]) {
    if (summary !== "" && summary !== said) say(summary);
    said = "";
    if (next.length === 0) return;
    print(["Next:", ...next.map((step) => `- ${clean(step)}`)].join("\n"));
  }

  function print(text: string) {
    progress.hide();
    options.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
  }

  function tell(text: string) {
    progress.hide();
    options.stderr.write(`${text}\n`);
  }
}

/** Lines of a result that the agent fetched for itself. */
const HEAD_LINES = 20;

function headOf(text: string): string {
  const lines = text.split("\n");
  if (lines.length <= HEAD_LINES + 1) return text;
  const rest = lines.length - HEAD_LINES;
  return [...lines.slice(0, HEAD_LINES), `\u2026 ${rest} more lines`].join("\n");
}

function clean(text: string): string {
  return sanitize(text);
}
