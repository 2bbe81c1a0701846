// A session that has been taken over: it says whatever its first call's input tells it to.
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

function act(message: Record<string, unknown>): void {
  if (message.type === "end") Deno.exit(0);
  if (message.type === "program" || message.type === "approval") event("heard", message);
  if (message.type !== "call") return;
  const input = message.input as { raw?: string[]; events?: [string, unknown][]; open?: boolean };
  for (const line of input.raw ?? []) say(line === "LONG" ? "x".repeat(70_000_000) : line);
  for (const [type, data] of input.events ?? []) event(type, data);
  const { id: call, tool } = message;
  if (!input.open) {
    event("tool.end", { call, tool, ok: true, text: "done", data: null, exitCode: 0 });
  }
}

for await (const chunk of Deno.stdin.readable.pipeThrough(decoder)) {
  held += chunk;
  const lines = held.split("\n");
  held = lines.pop()!;
  for (const line of lines) act(JSON.parse(line));
}
