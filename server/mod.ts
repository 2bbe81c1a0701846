/**
 * The status server: a pure Hono app that shows what it is given, who may ask it, and what serves it
 * on this machine. The app itself needs nothing of Deno: it runs in Node, browsers and on Deno
 * Deploy as it is; only `serveApp` needs Deno.
 *
 * @example
 * ```ts
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import { createEventBus } from "@dspy/code/streaming/events";
 * import { accessRules, createApp, newToken, serveApp } from "@dspy/code/server";
 * import assert from "node:assert/strict";
 *
 * const [token, store] = [newToken(), openMemoryStore()];
 * await store.put("last:api:summary", "two errors since ten");
 * const app = createApp({
 *   store,
 *   events: createEventBus(),
 *   access: accessRules({ tokens: `${token}:viewer` }),
 * });
 * await using server = serveApp(app, { port: 0 });
 * const headers = { Authorization: `Bearer ${token}` };
 * const { containers } = await (await fetch(`${server.url}/containers`, { headers })).json();
 * assert.equal(containers.api.summary, "two errors since ten");
 * ```
 *
 * @module
 */
// The app.
export { createApp } from "./app.ts";
export type { AppDeps } from "./app_deps.ts";
export type { StatusApp } from "./status_app.ts";
export { type RunningServer, serveApp, type ServeOptions } from "./main.ts";
export type { BodyLimits } from "./middleware/limits.ts";
export type { StreamLimits } from "./stream/stream_limits.ts";

// Who may ask.
export { type AccessRules, accessRules, type AccessSettings } from "./access/access_rules.ts";
export type { Credential, Role } from "./access/credential.ts";
export { newToken } from "./access/new_token.ts";
export { parseTokens } from "./access/parse_tokens.ts";
export type { Peer, PeerOf } from "./access/peer.ts";
export { peerOfServer } from "./access/peer_of_server.ts";
export type { RateLimit } from "./middleware/rate_limit.ts";

// What is written down.
export type { AuditLine } from "./middleware/audit_line.ts";
export { formatRequestLine } from "./middleware/format_request_line.ts";
export type { RequestLine } from "./middleware/request_line.ts";

// What is answered.
export { liveStatus } from "./status/live_status.ts";
export type { LmCircuit } from "./status/lm_circuit.ts";
export { pushedStatus } from "./status/pushed_status.ts";
export { checkSnapshot, type Snapshot, takeSnapshot } from "./status/snapshot.ts";
export { holdInMemory, type SnapshotHolder } from "./status/snapshot_holder.ts";
export type { StatusDeps } from "./status/status_deps.ts";
export type { Answer, StatusName, StatusSource } from "./status/status_source.ts";
export type { ToolRuns } from "./status/tool_runs.ts";
