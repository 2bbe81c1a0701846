import { defineTool, type ToolContext } from "../../core/tool.ts";
import { counted } from "../../core/logs/counted.ts";
import { extractKeyEvents, isKeyEvent } from "../../core/logs/extract_key_events.ts";
import { type LogChange, LogFollower } from "./log_follower.ts";
import { logNeeds, type LogSource, openLogs } from "./log_source.ts";
import { readCapped } from "./read_capped.ts";

/** What a watch saw until it was stopped. */
interface Watched {
  /** Logs there at the start. */
  readonly files: readonly string[];
  changes: number;
  lines: number;
  events: number;
}

const TAIL_BYTES = 64 * 1024;

export default defineTool({
  name: "watch",
  summary: "Follows the logs and shows new key events until Ctrl-C",
  input: (z) =>
    z.object({
      interval: z.number().min(0.05).max(3600).default(2).meta({ short: "n" })
        .describe("seconds between looks"),
      tail: z.number().int().min(0).max(1000).default(0).meta({ short: "t" })
        .describe("also show this many of the last lines of a log that changed"),
      path: z.string().optional().describe("log file or folder; default the log folder"),
    }),
  effect: "read",
  examples: [
    { line: "watch", says: "errors as they come" },
    { line: "watch -n 0.5 -t 5 --path logs/app.log", says: "one log, with its last five lines" },
  ],
  needs: ({ path }, at) => logNeeds(path, at),
  async run({ interval, tail, path }, ctx) {
    const seen: Watched = { files: [], changes: 0, lines: 0, events: 0 };
    const source = await openLogs(ctx, path);
    const where = path ?? ctx.config.logs;
    if (!source) {
      return { ok: false, data: seen, text: `no logs in ${where}: name some with --path` };
    }
    const follower = new LogFollower(source.files, source.path, {
      maxBytes: ctx.config.maxLogBytes,
    });
    const files = (await follower.start()).map(source.show);
    for (const file of tail > 0 ? files : []) await showTail(ctx, source, file, tail);
    ctx.progress({
      text: `watching ${counted(files.length, "log")} in ${where}; Ctrl-C stops`,
      lasting: true,
    });
    while (await waited(interval, ctx.signal)) {
      for (const change of await follower.poll(ctx.signal)) report(change, tail, ctx, source, seen);
    }
    const text = [
      counted(seen.changes, "change"),
      counted(seen.lines, "new line"),
      counted(seen.events, "key event"),
    ].join(", ");
    return { ok: true, data: { ...seen, files }, text: `watched ${where}: ${text}` };
  },
});

/** Waits; false once the signal ends the watch. */
async function waited(seconds: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  const { setTimeout: sleep } = await import("node:timers/promises");
  return await sleep(seconds * 1000, true, { signal }).catch(() => false);
}

function report(
  change: LogChange,
  tail: number,
  ctx: ToolContext,
  source: LogSource,
  seen: Watched,
): void {
  const { lines, restarted, skipped } = change;
  const events = lines.filter(isKeyEvent).length;
  seen.changes++;
  seen.lines += lines.length;
  seen.events += events;
  const notes = [
    counted(lines.length, "new line"),
    ...restarted ? ["started anew"] : [],
    ...skipped > 0 ? [`${skipped} bytes passed over`] : [],
  ];
  const shown = [
    ...tail > 0 ? lines.slice(-tail) : [],
    ...events > 0 ? ["Key events:", extractKeyEvents(lines.join("\n")).trimEnd()] : [],
  ];
  const text = [`===== ${source.show(change.path)}: ${notes.join(", ")} =====`, ...shown].join(
    "\n",
  );
  ctx.progress({ text, lasting: true });
}

async function showTail(ctx: ToolContext, source: LogSource, path: string, tail: number) {
  const text = await readCapped(source.files, path, TAIL_BYTES);
  const last = text.replace(/\n$/, "").split("\n").slice(-tail).join("\n");
  ctx.progress({ text: `===== ${path} =====\n${last}`, lasting: true });
}
