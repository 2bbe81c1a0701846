import type { LineFiles } from "../streaming/bus/line_files.ts";
import type { EventBus } from "../streaming/events/types.ts";
import type { AccessRules } from "./access/access_rules.ts";
import type { PeerOf } from "./access/peer.ts";
import type { AuditLine } from "./middleware/audit_line.ts";
import type { BodyLimits } from "./middleware/limits.ts";
import type { RateLimit } from "./middleware/rate_limit.ts";
import type { RequestLine } from "./middleware/request_line.ts";
import type { SnapshotHolder } from "./status/snapshot_holder.ts";
import type { StatusDeps } from "./status/status_deps.ts";
import type { StatusSource } from "./status/status_source.ts";
import type { StreamLimits } from "./stream/stream_limits.ts";

/**
 * What the status server shows and to whom. Everything may be left out: what is missing is answered
 * with a reason, and the rules of access are then the strictest ones.
 */
export interface AppDeps extends StatusDeps {
  /** Where the answers come from. Default: what is live in this process. */
  readonly status?: StatusSource;
  /** Takes in what is posted to `/api/snapshot`. Default: there is no such path. */
  readonly snapshots?: Pick<SnapshotHolder, "take">;
  /** Events to be shown, streamed and added to. Default: the paths below `/api/events` say 501. */
  readonly events?: EventBus;
  /** Files of earlier processes: looked at for topics of which nothing is in memory. Default none. */
  readonly eventFiles?: Pick<LineFiles, "lines">;
  /** Name of the workspace, as the page shows it. Default none. */
  readonly workspace?: string;
  /** Who may ask. Default: only this machine, over loopback. */
  readonly access?: AccessRules;
  /**
   * Finds out who asked. Default: {@linkcode peerOfServer}, which knows what `serveApp` and
   * `Deno.serve` tell.
   */
  readonly peerOf?: PeerOf;
  /** How often a peer may ask; false for as often as it likes. */
  readonly rateLimit?: RateLimit | false;
  /** Bounds of requests' bodies. */
  readonly limits?: BodyLimits;
  /** Bounds of event streams. */
  readonly streams?: StreamLimits;
  /** Takes a line for each request that was answered. Default: nobody. */
  readonly log?: (line: RequestLine) => void;
  /** Takes a line for each admin call and for each that was not let in. Default: nobody. */
  readonly audit?: (line: AuditLine) => void;
}
