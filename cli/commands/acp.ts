import { lazy } from "../../core/lazy.ts";
import type { CliContext } from "../app.ts";

// The protocol's SDK takes a tenth of a second to load.
const loadServer = lazy<typeof import("../acp/serve_acp.ts")>(
  "../acp/serve_acp.ts",
  import.meta.url,
);

/** `acp`: an editor drives the agent over standard input and output. */
export async function acp(this: CliContext): Promise<void> {
  const { shell } = this;
  if (shell.screen.typed) {
    shell.io.err("dspy-code acp waits for an editor that speaks JSON-RPC here; Ctrl-C ends it");
  }
  const stop = new AbortController();
  const end = () => stop.abort();
  for (const signal of SIGNALS) Deno.addSignalListener(signal, end);
  try {
    const { serveAcp } = await loadServer();
    const { readable } = Deno.stdin;
    await serveAcp(shell, { readable, writable: Deno.stdout.writable }, stop.signal);
  } finally {
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, end);
  }
}

/** How an editor, or its terminal, ends a program. Windows knows only the first. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];
