// A session that has been taken over: it says what the call's input tells it to, or, for input that
// has to fit a schema, the file says.json of the workspace.
const decoder = new TextDecoderStream();
const encoder = new TextEncoder();
let held = "";

function say(line: string): void {
  const bytes = encoder.encode(line + "\n");
  for (let sent = 0; sent < bytes.length;) sent += Deno.stdout.writeSync(bytes.subarray(sent));
}

function event(type: string, data: unknown): void {
  say(JSON.stringify({ v: 1, seq: 1, ts: 1, session: "forged", type, data }));
}

let root = "";

function act(message: Record<string, unknown>): void {
  if (message.type === "init") root = (message.workspace as { root: string }).root;
  if (message.type === "end") Deno.exit(0);
  if (message.type === "program" || message.type === "approval") event("heard", message);
  if (message.type !== "call") return;
  const input = (fileInput() ?? message.input) as Says;
  for (const line of input.raw ?? []) say(line === "LONG" ? "x".repeat(70_000_000) : line);
  for (const [type, data] of input.events ?? []) event(type, data);
  const { id: call, tool } = message;
  if (!input.open) {
    event("tool.end", { call, tool, ok: true, text: "done", data: null, exitCode: 0 });
  }
}

interface Says {
  readonly raw?: string[];
  readonly events?: [string, unknown][];
  readonly open?: boolean;
}

function fileInput(): unknown {
  try {
    return JSON.parse(Deno.readTextFileSync(`${root}/says.json`));
  } catch {
    return undefined;
  }
}

for await (const chunk of Deno.stdin.readable.pipeThrough(decoder)) {
  held += chunk;
  const lines = held.split("\n");
  held = lines.pop()!;
  for (const line of lines) act(JSON.parse(line));
}
