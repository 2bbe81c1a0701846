/**
 * The process of a service: `up`, `serve`, `worker` and their like. It starts with the permissions in
 * its command line and no others, learns all it needs from the first line on standard input, and
 * tells what happens as JSON lines on standard output. It ends when it is told to, and when nobody
 * holds the other end of its input any more.
 */
import { describeError, UserError } from "../../core/errors.ts";
import { lazy } from "../../core/lazy.ts";
import { readLines } from "../protocol.ts";
import type { Role, ServiceInit, Tell, ToService } from "./types.ts";

/** What a role gets. */
export interface RoleContext {
  readonly init: ServiceInit;
  readonly tell: Tell;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Has each line that a container says handed on, those from before this call, too. */
  takeLines(take: (container: string, line: string) => void): void;
}

/** Works until its signal; gives what it counted. */
export type RunRole = (context: RoleContext) => Promise<Readonly<Record<string, number>>>;

const ROLES: Readonly<Record<Role, () => Promise<{ readonly run: RunRole }>>> = {
  up: lazy("./up.ts", import.meta.url),
  serve: lazy("./serve.ts", import.meta.url),
  worker: lazy("./worker.ts", import.meta.url),
  tail: lazy("./tail.ts", import.meta.url),
  topics: lazy("./topics.ts", import.meta.url),
};

let seq = 0;
const encoder = new TextEncoder();

/** Lines are written whole and in order; who does not read holds us up, not the memory. */
const tell: Tell = (type, data) => {
  const line = JSON.stringify({ v: 1, seq: ++seq, ts: Date.now(), type, data });
  const bytes = encoder.encode(`${line}\n`);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
};

async function serve(lines: AsyncGenerator<string>): Promise<void> {
  const first = await lines.next();
  if (first.done) return;
  const init = JSON.parse(first.value) as ServiceInit;
  const stop = new AbortController();
  const said = lineRelay();
  const context: RoleContext = { init, tell, signal: stop.signal, takeLines: said.takeLines };
  void listen(lines, said.put).finally(() => stop.abort());
  try {
    const { run } = await ROLES[init.role]();
    tell("service.end", { counts: await run(context) });
  } catch (error) {
    const exitCode = error instanceof UserError ? error.exitCode : 1;
    tell("service.error", { text: describeError(error), exitCode });
  }
}

async function listen(
  lines: AsyncGenerator<string>,
  put: (container: string, line: string) => void,
): Promise<void> {
  for await (const line of lines) {
    const message = JSON.parse(line) as ToService;
    if (message.type === "stop") return;
    if (message.type === "line") put(message.container, message.line);
  }
}

/** Containers speak while their logs are still being looked for: what they say first waits. */
function lineRelay() {
  const early: [container: string, line: string][] = [];
  let take: ((container: string, line: string) => void) | undefined;
  return {
    put(container: string, line: string): void {
      if (take === undefined) early.push([container, line]);
      else take(container, line);
    },
    takeLines(given: (container: string, line: string) => void): void {
      take = given;
      for (const [container, line] of early.splice(0)) given(container, line);
    },
  };
}

if (import.meta.main) {
  // Ctrl-C at a terminal reaches us too; when to end is the launcher's to say.
  Deno.addSignalListener("SIGINT", () => {});
  await serve(readLines(Deno.stdin.readable));
  Deno.exit(0);
}
