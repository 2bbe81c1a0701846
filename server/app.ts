import { Hono } from "hono";
import { cors } from "hono/cors";
import { rememberApp } from "./_app_parts.ts";
import { createDoor } from "./_door.ts";
import { accessRules } from "./access/access_rules.ts";
import { peerOfServer } from "./access/peer_of_server.ts";
import type { AppDeps } from "./app_deps.ts";
import { createLimiter } from "./middleware/limiter.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { notFound } from "./middleware/errors.ts";
import { hostAndOrigin } from "./middleware/host_and_origin.ts";
import { writeLines } from "./middleware/lines.ts";
import { rateLimit } from "./middleware/rate_limit.ts";
import { createRequestMetrics } from "./middleware/request_metrics.ts";
import { addEventRoutes } from "./routes/event_routes.ts";
import { addPageRoutes } from "./routes/page_routes.ts";
import { addSnapshotRoutes } from "./routes/snapshot_routes.ts";
import { addStatusRoutes } from "./routes/status_routes.ts";
import type { StatusApp } from "./status_app.ts";
import { liveStatus } from "./status/live_status.ts";
import { createEventHub } from "./stream/event_hub.ts";

/**
 * Makes the status server as an app: a function from requests to responses, for Deno, Node, browsers
 * and workers alike. It knows nothing but what it is given.
 *
 * @throws {UserError} never for a missing part; see {@linkcode AppDeps}.
 *
 * @example
 * ```ts
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import { accessRules, createApp } from "@dspy/code/server";
 * import assert from "node:assert/strict";
 *
 * const store = openMemoryStore();
 * await store.put("last:api:summary", "two errors");
 * const app = createApp({ store, access: accessRules({ tokens: "a-token:viewer" }) });
 * const headers = { Authorization: "Bearer a-token" };
 * const response = await app.request("/containers", { headers });
 * assert.deepEqual((await response.json()).names, ["api"]);
 * assert.equal((await app.request("/containers")).status, 401);
 * ```
 */
export function createApp(deps: AppDeps = {}): StatusApp {
  const { access: rules = accessRules(), events, now = Date.now, onError: told = () => {} } = deps;
  const status = deps.status ?? liveStatus(deps);
  const metrics = createRequestMetrics();
  const hub = events && createEventHub(events, { now, ...deps.streams });
  const limiter = deps.rateLimit === false ? undefined : createLimiter(deps.rateLimit ?? {});
  const app = new Hono();

  if (rules.origins.length > 0) {
    const allowHeaders = ["Authorization", "X-Admin-Key", "Content-Type", "Last-Event-ID"];
    app.use(cors({ origin: [...rules.origins], allowHeaders }));
  }
  const { peerOf = peerOfServer, log, audit } = deps;
  const door = createDoor(app, {
    checks: [
      ...limiter === undefined ? [] : [rateLimit(limiter)],
      hostAndOrigin(rules),
      authenticate(rules, limiter),
    ],
    ...{ peerOf, limits: deps.limits, metrics, told, written: writeLines({ log, audit, now }) },
  });
  door.otherwise(notFound(app));
  addStatusRoutes(door, status, metrics);
  addEventRoutes(door, { events, files: deps.eventFiles, hub, now });
  addPageRoutes(door, { status, events, workspace: deps.workspace ?? "", now });
  if (deps.snapshots !== undefined) addSnapshotRoutes(door, deps.snapshots);
  rememberApp(app, { rules, close: () => hub?.close() });
  // What a server tells of a connection is the app's environment, as hono calls it.
  return app as StatusApp;
}
