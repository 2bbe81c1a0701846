import { lazy } from "../../core/lazy.ts";
import { showControls } from "../../core/safety/terminal.ts";
import { openToolPins } from "../../core/safety/tool_pins.ts";
import type { CliContext } from "../app.ts";
import { openServers, type ServerState } from "../mcp/open_servers.ts";

// The protocol's SDK takes a tenth of a second to load.
const loadServer = lazy<typeof import("../mcp/serve_mcp.ts")>(
  "../mcp/serve_mcp.ts",
  import.meta.url,
);

/** How another agent ends a program. Windows knows only the first. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/** `mcp serve [--writes]`: offers our tools to another agent over standard input and output. */
export async function serve(
  this: CliContext,
  { writes = false }: { writes?: boolean },
): Promise<void> {
  const { shell } = this;
  if (shell.screen.typed) {
    shell.io.err("dspy-code mcp serve waits for an agent that speaks MCP here; Ctrl-C ends it");
  }
  const stop = new AbortController();
  const end = () => stop.abort();
  for (const signal of SIGNALS) Deno.addSignalListener(signal, end);
  try {
    const { serveMcp } = await loadServer();
    const streams = { readable: Deno.stdin.readable, writable: Deno.stdout.writable };
    await serveMcp(shell, streams, { writes, signal: stop.signal });
  } finally {
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, end);
  }
}

/** `mcp list`: starts the configured servers and shows what each offers. */
export async function list(this: CliContext): Promise<void> {
  const { io, env } = this.shell;
  const { mcp, workspace: { root }, stateDir } = await this.shell.place();
  if (mcp === undefined) {
    io.out('no MCP servers: name them under "mcp" in your config.yaml, or in .mcp.json');
    return;
  }
  const servers = openServers({ root, stateDir, user: mcp.user, env, warn: io.err });
  try {
    const pins = openToolPins(stateDir);
    for (const state of await servers.states()) {
      io.out(serverLine(state));
      for (const { name, description, pin } of state.tools) {
        const before = await pins.get(name);
        const known = before === undefined
          ? "new"
          : before.hash === pin.hash
          ? "allowed before"
          : "changed since it was allowed";
        io.out(`  ${name} (${known}): ${showControls(description).slice(0, 100)}`);
      }
    }
  } finally {
    await servers.close();
  }
}

function serverLine({ server, tools, failure }: ServerState): string {
  const { name, from } = server;
  const whose = from === "user" ? "yours" : "of .mcp.json";
  const where = "url" in server ? server.url.href : server.command.join(" ");
  const state = failure === undefined ? `${tools.length} tools` : `not used: ${failure}`;
  return `${name} (${whose}, ${showControls(where)}): ${showControls(state)}`;
}
