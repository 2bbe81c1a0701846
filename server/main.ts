// deno-lint-ignore-file no-console -- `deno serve` says where it listens
/**
 * Serves the status app on this machine. As a program it shows what a workspace's store holds:
 *
 * ```sh
 * deno serve --host 127.0.0.1 --port 8765 --allow-read=. --allow-write=.dspy \
 *   --allow-env=API_TOKENS,ADMIN_KEY,CORS_ORIGINS server/main.ts [workspace]
 * ```
 *
 * `dspy-code serve` and `dspy-code up` show more: the bus, events and what is learned. Not with
 * `--parallel`: one of its workers alone is told where they listen, and the others let nobody in.
 *
 * @module
 */
import { describeError, UserError } from "../core/errors.ts";
import { type AccessRules, accessRules } from "./access/access_rules.ts";
import { partsOf } from "./_app_parts.ts";
import { isLoopback } from "../core/is_loopback.ts";
import type { StatusApp } from "./status_app.ts";

/** Where an app is served. */
export interface ServeOptions {
  /** Name or address to bind to. Default 127.0.0.1; anything but this machine needs tokens. */
  readonly host?: string;
  /** Default 8765; 0 for any that is free. */
  readonly port?: number;
  /** Certificate chain as PEM; with `key` it is served over TLS. */
  readonly cert?: string;
  /** Private key as PEM. */
  readonly key?: string;
  /** Stops it. */
  readonly signal?: AbortSignal;
  /** Milliseconds that requests may take to end once it stops. Default 3,000. */
  readonly graceMs?: number;
}

/** An app that is served. */
export interface RunningServer extends AsyncDisposable {
  /** Address that it is bound to. */
  readonly host: string;
  /** Port that it is bound to. */
  readonly port: number;
  /** Where to ask. */
  readonly url: string;
  /** Resolves once it has stopped. */
  readonly finished: Promise<void>;
  /** Takes no more requests, ends event streams, lets the others end, and stops. */
  stop(): Promise<void>;
}

/** A token that goes over a network has this many characters at least. */
const LEAST_LENGTH = 32;

/**
 * Serves an app of `createApp`.
 *
 * @throws {UserError} `usage` for another host than this machine without tokens, or with short ones;
 * `failed` when the port is taken or may not be used.
 *
 * @example
 * ```ts
 * import { createApp, serveApp } from "@dspy/code/server";
 * import assert from "node:assert/strict";
 *
 * await using server = serveApp(createApp(), { port: 0 });
 * const { ok } = await (await fetch(`${server.url}/health`)).json();
 * assert.equal(ok, true);
 * ```
 */
export function serveApp(app: StatusApp, options: ServeOptions = {}): RunningServer {
  const { host = "127.0.0.1", port = 8765, cert, key, signal, graceMs = 3_000 } = options;
  checkTokens(partsOf(app)?.rules, host);
  const cut = new AbortController();
  const server = listen();
  const bound = server.addr;
  let stopped: Promise<void> | undefined;
  const stop = () => stopped ??= end();
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) void stop();
  return {
    host: bound.hostname,
    port: bound.port,
    url: `${cert === undefined ? "http" : "https"}://${shown(bound)}`,
    finished: server.finished,
    stop,
    [Symbol.asyncDispose]: stop,
  };

  function listen(): Deno.HttpServer<Deno.NetAddr> {
    const where = { hostname: host, port, signal: cut.signal, onListen() {}, onError };
    const handler = handlerFor(app, () => bound.hostname);
    try {
      return cert === undefined || key === undefined
        ? Deno.serve(where, handler)
        : Deno.serve({ ...where, cert, key }, handler);
    } catch (error) {
      throw explain(error, `${host}:${port}`);
    }
  }

  async function end(): Promise<void> {
    signal?.removeEventListener("abort", stop);
    partsOf(app)?.close();
    const late = setTimeout(() => cut.abort(), graceMs);
    await server.shutdown().catch(() => {});
    await server.finished;
    clearTimeout(late);
  }
}

/** What `deno serve` calls: the requests of one app that is bound to one address. */
function handlerFor(app: StatusApp, bind: () => string): Deno.ServeHandler {
  return (request, { remoteAddr }) => {
    // Deno makes this host up for a request that names none, and such a one cannot be checked.
    if (request.url.startsWith("http://localhost:") && !request.headers.get("host")) {
      return Response.json({ error: "the request names no host" }, { status: 400 });
    }
    return app.fetch(request, { remoteAddr, bind: bind() });
  };
}

/** Whom others reach lets nobody in without a token that is long enough. */
function checkTokens(rules: AccessRules | undefined, host: string): void {
  if (isLoopback(host)) return;
  const { tokens = [], adminKeys = [] } = rules ?? {};
  const all = [...tokens, ...adminKeys];
  if (all.length === 0) {
    throw new UserError("usage", `on ${host} others could ask, and no token is configured`, {
      hint: "set API_TOKENS or ADMIN_KEY, or leave it on 127.0.0.1",
    });
  }
  if (all.every(({ length }) => (length ?? LEAST_LENGTH) >= LEAST_LENGTH)) return;
  throw new UserError("usage", `on ${host} others could guess a token that short`, {
    hint: `give each ${LEAST_LENGTH} characters at least`,
  });
}

function explain(error: unknown, address: string): unknown {
  const options = { cause: error };
  if (error instanceof Deno.errors.AddrInUse) {
    const hint = "another server runs there; choose another port (serve --port, up --status-port)";
    return new UserError("failed", `${address} is taken`, { ...options, hint });
  }
  if (error instanceof Deno.errors.NotCapable) {
    const hint = `it needs --allow-net=${address}`;
    return new UserError("failed", `${address} may not be listened on`, { ...options, hint });
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return new UserError("usage", `${address} is no address of this machine`, options);
  }
  return error;
}

/** The app answers its own errors; what comes here is its server's, and names nothing. */
function onError(): Response {
  return Response.json({ error: "internal error" }, { status: 500 });
}

let boundTo = "";
let handler: Promise<Deno.ServeHandler> | undefined;

/** For `deno serve`: the app over the store of a workspace. */
const served: Deno.ServeDefaultExport = {
  async fetch(request: Request, info: Deno.ServeHandlerInfo): Promise<Response> {
    return await (await (handler ??= openWorkspace()))(request, info);
  },
  onListen(address: Deno.Addr): void {
    if (!("hostname" in address)) return;
    boundTo = address.hostname;
    try {
      checkTokens(rulesHere(), boundTo);
    } catch (error) {
      console.error(describeError(error));
      Deno.exit(error instanceof UserError ? error.exitCode : 1);
    }
    console.error(`status at http://${shown(address)}`);
  },
};

export default served;

async function openWorkspace(): Promise<Deno.ServeHandler> {
  const { createApp } = await import("./app.ts");
  const { lazyStore } = await import("../core/store/lazy.ts");
  const { openSqliteStore } = await import("../core/store/sqlite.ts");
  const root = Deno.args[0] ?? Deno.cwd();
  const store = lazyStore(() => openSqliteStore(`${root}/.dspy/store.db`));
  return handlerFor(createApp({ store, access: rulesHere(), workspace: root }), () => boundTo);
}

function rulesHere(): AccessRules {
  return accessRules({
    tokens: variable("API_TOKENS"),
    adminKey: variable("ADMIN_KEY"),
    origins: variable("CORS_ORIGINS"),
  });
}

function shown({ hostname, port }: Pick<Deno.NetAddr, "hostname" | "port">): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

/** A variable that may be read; one that may not is as good as not set. */
function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}
