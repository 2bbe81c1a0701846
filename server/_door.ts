import type { Context, Hono } from "hono";
import type { Call, Route } from "./_call.ts";
import type { PeerOf } from "./access/peer.ts";
import type { Check } from "./middleware/check.ts";
import { onError } from "./middleware/errors.ts";
import { type BodyLimits, limits } from "./middleware/limits.ts";
import type { RequestMetrics } from "./middleware/request_metrics.ts";

/** Answers a request that was let in. */
export type Handler = (c: Context, call: Call) => Response | Promise<Response>;

/** The one way to add a route: whoever asks comes through here. */
export interface Door {
  /** Answers GET, and HEAD without the body. */
  get(path: string, handler: Handler, route?: Omit<Route, "path">): void;
  /** Answers POST, with bounds on the body. */
  post(path: string, handler: Handler): void;
  /** Answers what no route does. */
  otherwise(handler: Handler): void;
}

/** What {@linkcode createDoor} needs. */
export interface DoorSetup {
  /** In this order; the first that objects answers. */
  readonly checks: readonly Check[];
  /** Finds out who asks. */
  readonly peerOf: PeerOf;
  /** Bounds of bodies; undefined for the defaults. */
  readonly limits: BodyLimits | undefined;
  /** Counts what was answered. */
  readonly metrics: RequestMetrics;
  /** Writes the lines of log and audit. */
  readonly written: (c: Context, call: Call, status: number, ms: number) => void;
  /** Told what was not foreseen. */
  readonly told: (error: unknown) => void;
}

/**
 * Makes the door of an app. Each request gets a name, the checks look at it, it is answered, counted
 * and written down, whatever happens.
 *
 * Not layers of middleware: with even one, hono answers every request later than at once, and
 * Deno's server sends such answers on a slower way. That alone is a fifth of the time of `/health`.
 */
export function createDoor(app: Hono, setup: DoorSetup): Door {
  const { checks, peerOf, metrics, written, told } = setup;
  const bounded = limits(setup.limits);
  const prefix = crypto.randomUUID().slice(0, 8);
  let count = 0;
  return {
    get: (path, handler, route) => void app.get(path, guarded({ path, ...route }, handler)),
    post: (path, handler) =>
      void app.post(
        path,
        guarded({ path }, (c, call) => bounded(c, async () => await handler(c, call))),
      ),
    otherwise: (handler) => void app.notFound(guarded({ path: "other" }, handler)),
  };

  function guarded(route: Route, handler: Handler): (c: Context) => Response | Promise<Response> {
    const record = metrics.route(route.path);
    return (c) => {
      const started = performance.now();
      const peer = peerOf(c.req.raw, c.env);
      const call: Call = { id: `${prefix}-${++count}`, peer, route, started };
      if (!route.open) {
        // Three headers take as long as all the rest of `/health`, which tells nothing to protect.
        c.header("Cache-Control", "no-store");
        c.header("X-Content-Type-Options", "nosniff");
        c.header("X-Request-Id", call.id);
      }
      let response: Response | Promise<Response>;
      try {
        response = refusal(c, call) ?? handler(c, call);
      } catch (error) {
        response = onError(c, call, error, told);
      }
      if (response instanceof Response) return done(response);
      return response.catch((error) => onError(c, call, error, told)).then(done);

      function done(response: Response): Response {
        const ms = performance.now() - started;
        record(response.status, ms);
        written(c, call, response.status, ms);
        return response;
      }
    };
  }

  function refusal(c: Context, call: Call): ReturnType<Check> {
    for (const check of checks) {
      const answer = check(c, call);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }
}
