import type { Context } from "hono";
import type { Role } from "./access/credential.ts";
import type { Peer } from "./access/peer.ts";

/** What a route says of itself. */
export interface Route {
  /** Its pattern; `other` for what no route answers. */
  readonly path: string;
  /** Anybody may look at it; only for what answers GET. */
  readonly open?: boolean;
  /** The token may stand in the query, as browsers' event sources send no headers. */
  readonly tokenInQuery?: boolean;
  /** Answers somebody who has no right to it. Default: the error as JSON. */
  readonly refuse?: (c: Context) => Promise<Response> | undefined;
}

/** What is known of a request while it is answered. */
export interface Call {
  /** Of this request, in the log and in the answer to what went wrong. */
  readonly id: string;
  /** Who asks; undefined when that is not known. */
  readonly peer: Peer | undefined;
  /** When it came, on the clock of `performance.now`. */
  readonly started: number;
  /** What answers it. */
  readonly route: Route;
  /** What who asks may do, once that is known. */
  role?: Role;
  /** Why this is worth a line in the audit; absent for a call that is not. */
  audit?: string;
}
