/**
 * A server for `bench/server.ts`, in a process of its own: a bare Hono app, or ours with auth, limits,
 * logging and metrics on. It prints its port, then answers lines on standard input.
 *
 * `deno run -A bench/_server_child.ts bare|ours|events [log file]`
 */
import { Hono } from "hono";
import { accessRules } from "../server/access/access_rules.ts";
import { createApp } from "../server/app.ts";
import { serveApp } from "../server/main.ts";
import { formatRequestLine } from "../server/middleware/format_request_line.ts";
import { createEventBus } from "../streaming/events/event_bus.ts";

const [kind, logFile] = Deno.args;
const health = { open: false, next_retry_sec: 0 };

if (kind === "bare") {
  const app = new Hono();
  app.get("/health", (c) => c.json({ ok: true, status: "ok", lm_circuit: health }));
  app.get("/auto", (c) => c.json({ status: "offline" }));
  const { addr } = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => app.fetch(request),
  );
  print(String(addr.port));
} else {
  const events = createEventBus();
  const log = logFile === undefined ? undefined : openLog(logFile);
  const app = createApp({
    ...{
      events,
      lmCircuit: () => health,
      ...log && { log: (line) => log(formatRequestLine(line)) },
    },
    access: accessRules({ tokens: `${"a".repeat(43)}:viewer` }),
    // On, but not what is measured.
    rateLimit: { perSecond: 1e7 },
  });
  print(String(serveApp(app, { port: 0 }).port));
  for await (const line of lines(Deno.stdin.readable)) {
    const [count, size] = line.split(" ").map(Number) as [number, number];
    const text = "x".repeat(size);
    const started = performance.now();
    // The time goes along: both processes have the same clock.
    for (let i = 0; i < count; i++) events.publish("a", { at: Date.now() + fraction(), text });
    print(String(performance.now() - started));
  }
}

/** Appends lines in batches, as a real log would. */
function openLog(path: string): (line: string) => void {
  const file = Deno.openSync(path, { append: true, create: true });
  const encoder = new TextEncoder();
  let waiting = "";
  return (line) => {
    if (waiting === "") setTimeout(flush, 20);
    waiting += `${line}\n`;
  };

  function flush(): void {
    const bytes = encoder.encode(waiting);
    waiting = "";
    for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
  }
}

/** What `Date.now` leaves out. */
function fraction(): number {
  return (performance.timeOrigin + performance.now()) % 1;
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

async function* lines(input: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let text = "";
  for await (const chunk of input.pipeThrough(new TextDecoderStream())) {
    const parts = (text + chunk).split("\n");
    text = parts.pop()!;
    yield* parts;
  }
}
