import { signalGroup } from "../../core/safety/signal_group.ts";
import { keepTail } from "../keep_tail.ts";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport";
import { childEnv } from "../../core/safety/child_env.ts";
import { findProgram } from "../../core/safety/find_program.ts";
import { sanitize } from "../../core/safety/terminal.ts";
import { resolvePath } from "../../core/workspace/resolve_path.ts";
import { UserError } from "../../core/errors.ts";
import { ownFiles } from "../own_files.ts";
import { sessionEnv } from "../session_env.ts";
import { createLineTransport } from "./line_transport.ts";
import type { HttpServer, McpServer, ProgramServer } from "./server_config.ts";

/** Where servers are started. */
export interface ServerSite {
  /** Real path of the workspace. */
  readonly root: string;
  /** The launcher's environment; only listed names of it reach a server. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A server's process. */
export interface ServerProcess {
  readonly transport: Transport;
  /** The end of what it said on standard error, without escapes. */
  lastWords(): string;
  /** Ends it with all that it started. */
  close(): Promise<void>;
}

/** How long a server may take to end once its input is closed, then once it is told to. */
const PATIENCE_MS = 500;

/**
 * Starts the process that a server is, or the one that stands for it: to the launcher, which has no
 * right to the network, one that is reached over HTTP is a program too.
 *
 * @throws {UserError} when it cannot be started.
 */
export async function startServer(server: McpServer, site: ServerSite): Promise<ServerProcess> {
  const scratch = await Deno.makeTempDir({ prefix: "dspy-code-mcp-" });
  const drop = () => Deno.remove(scratch, { recursive: true }).catch(() => {});
  try {
    const { path, ...options } = "url" in server
      ? await bridge(server)
      : await program(server, site, scratch);
    const env = "url" in server ? sessionEnv(site.env) : {
      ...childEnv({ env: site.env, scratch, root: site.root }),
      ...server.env,
    };
    const child = new Deno.Command(path, {
      ...options,
      env,
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      // A group of its own, so that all it started ends with it.
      detached: true,
    }).spawn();
    if ("url" in server) await tellBridge(child.stdin, server);
    return follow(child, drop);
  } catch (error) {
    await drop();
    if (error instanceof UserError) throw error;
    throw new UserError("failed", "it cannot be started", { cause: error });
  }
}

interface Line {
  readonly path: string;
  readonly args: string[];
  readonly cwd: string;
}

/** A user's own server starts in an empty folder: the workspace has no say in what it runs. */
async function program(
  { command: [name = "", ...args], from }: ProgramServer,
  { root, env }: ServerSite,
  scratch: string,
): Promise<Line> {
  const cwd = from === "user" ? scratch : root;
  if (!name.includes("/")) {
    return { path: await findProgram(name, env.PATH ?? "", root), args, cwd };
  }
  const path = resolvePath(root, name);
  if (from === "user" && !name.startsWith("/")) {
    throw new UserError("usage", `${JSON.stringify(name)} is relative`, {
      hint: "write the whole path, or a name that is on PATH",
    });
  }
  return { path, args, cwd };
}

/** Its one right is to talk to the server's host. */
async function bridge({ url }: HttpServer): Promise<Line> {
  const { config, lock, registry } = await ownFiles(false);
  const args = [
    "run",
    "--quiet",
    "--no-prompt",
    config === undefined ? "--no-config" : `--config=${config}`,
    ...lock === undefined ? ["--no-lock"] : [`--lock=${lock}`, "--frozen"],
    "--v8-flags=--max-old-space-size=256",
    `--allow-net=${url.host}`,
    ...registry === undefined ? [] : [`--allow-import=${registry}`],
    import.meta.resolve("./http_bridge.ts"),
  ];
  return { path: Deno.execPath(), args, cwd: "/" };
}

async function tellBridge(
  stdin: WritableStream<Uint8Array>,
  { url, headers }: HttpServer,
): Promise<void> {
  const writer = stdin.getWriter();
  const line = JSON.stringify({ url: url.href, headers });
  await writer.write(new TextEncoder().encode(`${line}\n`)).catch(() => {});
  writer.releaseLock();
}

function follow(child: Deno.ChildProcess, drop: () => Promise<void>): ServerProcess {
  let words = "";
  let closing: Promise<void> | undefined;
  const listening = keepTail(child.stderr, (tail) => words = tail);
  const transport = createLineTransport({
    readable: child.stdout,
    writable: child.stdin,
    ended: () => void close(),
  });
  return { transport, lastWords: () => sanitize(words).trim(), close };

  function close(): Promise<void> {
    return closing ??= end();
  }

  async function end(): Promise<void> {
    await transport.close();
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      if (await endsIn(child.status, PATIENCE_MS)) break;
      signalGroup(child, signal);
    }
    await child.status;
    // What it started may have stayed.
    signalGroup(child, "SIGKILL");
    await endsIn(listening, PATIENCE_MS);
    await drop();
  }
}

async function endsIn(what: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, ms, false);
  what.then(() => resolve(true), () => resolve(true));
  return await promise.finally(() => clearTimeout(timer));
}
