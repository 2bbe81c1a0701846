// deno-lint-ignore-file no-console -- a script for the command line
/**
 * The status server beside a bare Hono app, both in processes of their own, asked in turns by the
 * same load: `wrk` (64 connections, keep-alive) where it works, else our own client. Then
 * event streams: how long an event takes to a client, what 1,000 idle clients cost, and whether
 * clients that do not read slow the bus.
 *
 * `deno run -A bench/server.ts`; for a figure to keep, `chrt -r 50 deno run -A bench/server.ts`.
 */
import { peaks } from "./_peak_mb.ts";
import { check, median } from "./_report.ts";

const ROUNDS = 9;
const SECONDS = 1;
const TOKEN = `Bearer ${"a".repeat(43)}`;
const CLIENTS = 1_000;

const folder = await Deno.makeTempDir();
try {
  const { served, logged } = await measureRequests();
  const latency = await measureLatency();
  const idle = await measureIdle();
  const slow = await measureSlow();
  await check({
    // As `serve` and `up` run it: they write no line for each request.
    "server.health_ratio": { value: served, limit: 0.7, better: "higher" },
    "server.health_logged_ratio": { value: logged, limit: 0.6, better: "higher" },
    "server.event_ms_p95": { value: latency, limit: 50, better: "lower" },
    "server.idle_1000_peak_mb": { value: idle, limit: 150, better: "lower" },
    // What a thousand clients that do not read add to a publish.
    "server.slow_clients_ratio": { value: slow, limit: 0.5, better: "higher" },
  });
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** Requests per second of ours, as shares of bare Hono's: the middle of the rounds' ratios. */
async function measureRequests(): Promise<{ readonly served: number; readonly logged: number }> {
  await using bare = await start("bare");
  await using served = await start("events");
  await using logged = await start("ours", `${folder}/requests.jsonl`);
  const sides = { bare, served, logged };
  const rates: Record<string, number[]> = {};
  for (let round = -1; round < ROUNDS; round++) {
    for (const path of ["/health", "/auto"]) {
      const order = Object.entries(sides);
      for (const [name, side] of round % 2 === 0 ? order : order.reverse()) {
        const rate = await load(side, path);
        if (round >= 0) (rates[`${path} ${name}`] ??= []).push(rate);
      }
    }
  }
  const share = (name: string, path = "/health") =>
    median(rates[`${path} ${name}`]!.map((rate, i) => rate / rates[`${path} bare`]![i]!));
  for (const [name, values] of Object.entries(rates)) {
    console.log(`${name.padEnd(14)} ${Math.round(median(values)).toLocaleString("en")} / s`);
  }
  const lines = (await Deno.readTextFile(`${folder}/requests.jsonl`)).split("\n").length - 1;
  console.log(`${lines.toLocaleString("en")} lines of the log were written`);
  console.log(`/auto, which needs the token: ${share("served", "/auto").toFixed(2)} of bare`);
  return { served: share("served"), logged: share("logged") };
}

/** The 95th percentile of the time from a publish to the client, in another process, in ms. */
async function measureLatency(): Promise<number> {
  await using server = await start("events");
  const stream = await open(server.port);
  const times: number[] = [];
  for (let i = 0; i < 200; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5 + i % 20));
    await server.say("1 200");
    for (const { at } of (await stream.next()).delta) {
      times.push(performance.timeOrigin + performance.now() - at);
    }
  }
  await stream.close();
  times.sort((a, b) => a - b);
  const [p50, p95] = [0.5, 0.95].map((share) => times[Math.floor(times.length * share)]!);
  console.log(`an event to its client: p50 ${p50!.toFixed(1)} ms, p95 ${p95!.toFixed(1)} ms`);
  return p95!;
}

/** The server's peak memory with 1,000 clients that wait, one of whom is sent an event, in MB. */
async function measureIdle(): Promise<number> {
  await using server = await start("events");
  const [before] = peaks(server.pid).values();
  const streams = [];
  for (let i = 0; i < CLIENTS; i++) streams.push(await open(server.port));
  await server.say("10 200");
  const heard = await Promise.all(streams.map((stream) => stream.next()));
  const [after] = peaks(server.pid).values();
  const all = heard.every(({ delta }) => delta.length > 0);
  console.log(
    `${CLIENTS} event streams: ${before!.toFixed(0)} MB before, ${after!.toFixed(0)} MB at most; ` +
      `an event came to ${all ? "all" : "NOT ALL"} of them`,
  );
  await Promise.all(streams.map((stream) => stream.close()));
  return all ? after! : Infinity;
}

/** How fast is published with 200 clients that never read, as a share of without. */
async function measureSlow(): Promise<number> {
  await using server = await start("events");
  const publish = async () => Number(await server.say("5000 500"));
  const rest = () => new Promise((resolve) => setTimeout(resolve, 100));
  for (let i = 0; i < 5; i++) await publish();
  const alone: number[] = [];
  for (let i = 0; i < 7; i++) {
    alone.push(await publish());
    await rest();
  }
  const sockets: Deno.TcpConn[] = [];
  const head = `GET /api/events/stream?topic=a&follow=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
    `Authorization: ${TOKEN}\r\n\r\n`;
  for (let i = 0; i < 200; i++) {
    const socket = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    await socket.write(new TextEncoder().encode(head));
    sockets.push(socket);
  }
  await rest();
  const beside: number[] = [];
  for (let i = 0; i < 7; i++) {
    beside.push(await publish());
    await rest();
  }
  for (const socket of sockets) socket.close();
  const rate = (ms: number) => Math.round(5000 / ms * 1000).toLocaleString("en");
  console.log(
    `publishing: ${rate(median(alone))} / s alone, ${
      rate(median(beside))
    } / s beside 200 clients ` +
      "that do not read",
  );
  return median(alone) / median(beside);
}

/** A server in a process of its own. */
interface Child extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  /** Sends a line, gives the next one that comes back. */
  say(line: string): Promise<string>;
}

async function start(...args: readonly string[]): Promise<Child> {
  const path = new URL("_server_child.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", path, ...args],
    ...{ stdin: "piped", stdout: "piped" },
  }).spawn();
  const input = child.stdin.getWriter();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const line = async () => {
    while (!text.includes("\n")) text += (await output.read()).value ?? "\n";
    const end = text.indexOf("\n");
    const found = text.slice(0, end);
    text = text.slice(end + 1);
    return found;
  };
  return {
    pid: child.pid,
    port: Number(await line()),
    async say(given) {
      await input.write(new TextEncoder().encode(`${given}\n`));
      return await line();
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
      await input.abort().catch(() => {});
      await output.cancel().catch(() => {});
    },
  };
}

/** Requests per second over some connections. */
async function load({ port }: Child, path: string): Promise<number> {
  const url = `http://127.0.0.1:${port}${path}`;
  const args = ["-t1", "-c64", `-d${SECONDS}s`, "-H", `Authorization: ${TOKEN}`, url];
  const wrk = await Promise.try(() => new Deno.Command("wrk", { args }).output()).catch(() => {});
  if (!wrk?.success) return await loadOurselves(port, path);
  const said = new TextDecoder().decode(wrk.stdout);
  if (/Non-2xx|Socket errors/.test(said)) throw new Error(said);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(said)![1]);
}

/** The same by sockets of our own: a request follows each answer. */
async function loadOurselves(port: number, path: string): Promise<number> {
  const head = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: ${TOKEN}\r\n\r\n`;
  const request = new TextEncoder().encode(head);
  const until = performance.now() + SECONDS * 1000;
  const started = performance.now();
  const counts = await Promise.all(Array.from({ length: 64 }, async () => {
    using socket = await Deno.connect({ hostname: "127.0.0.1", port });
    const buffer = new Uint8Array(4096);
    let count = 0;
    while (performance.now() < until) {
      await socket.write(request);
      // An answer is one segment here.
      if (await socket.read(buffer) === null) throw new Error("the server closed a connection");
      if (buffer[9] !== 0x32) throw new Error("an answer other than 2xx");
      count++;
    }
    return count;
  }));
  return counts.reduce((sum, one) => sum + one, 0) / (performance.now() - started) * 1000;
}

/** A stream of events over a socket of its own. */
async function open(port: number) {
  const socket = await Deno.connect({ hostname: "127.0.0.1", port });
  const head = `GET /api/events/stream?topic=a&follow=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
    `Authorization: ${TOKEN}\r\n\r\n`;
  await socket.write(new TextEncoder().encode(head));
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(1 << 16);
  let text = "";
  const read = async () => {
    const length = await socket.read(buffer);
    if (length === null) throw new Error(`the stream ended: ${text.slice(-200)}`);
    text += decoder.decode(buffer.subarray(0, length));
  };
  while (!text.includes("retry:")) await read();
  return {
    async next(): Promise<{ delta: { at: number }[] }> {
      for (;;) {
        const data = /^data: (.*)\n\n/m.exec(text.replaceAll("\r", ""))?.[1];
        if (data !== undefined) {
          text = "";
          return JSON.parse(data);
        }
        await read();
      }
    },
    close: () => socket.close(),
  };
}
