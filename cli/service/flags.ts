/** How messages travel. */
export interface BusFlags {
  readonly bus?: "local" | "kafka";
  readonly bootstrap?: string;
}

/** Flags of `up`. */
export interface UpFlags extends BusFlags {
  readonly train?: boolean;
  readonly status?: boolean;
  readonly statusHost?: string;
  readonly statusPort?: number;
  readonly windowSec?: number;
  readonly workers?: number;
  readonly fromStart?: boolean;
  readonly docker?: boolean;
  readonly db?: "auto" | "sqlite" | "none";
}

/** Flags of `serve`. */
export interface ServeFlags {
  readonly host?: string;
  readonly port?: number;
  readonly token?: string;
}

/** Flags of `worker`. */
export interface WorkerFlags extends BusFlags {
  readonly topic?: string;
  readonly group?: string;
}

/** Flags of `tail`. */
export interface TailFlags {
  readonly stream?: string;
  readonly limit?: number;
  readonly follow?: boolean;
  readonly kafka?: boolean;
  readonly bootstrap?: string;
}

/** Flags of `stream-topics-create`. */
export interface TopicsFlags {
  readonly bootstrap?: string;
  readonly containers?: string;
  readonly partitions?: number;
  readonly replication?: number;
}

/** Flags of `queue run`. */
export interface QueueRunFlags {
  readonly once?: boolean;
  readonly workers?: number;
}

/** Flags of `queue submit`. */
export interface QueueSubmitFlags {
  readonly class?: "cpu_short" | "cpu_long";
  readonly priority?: number;
  readonly id?: string;
}

/** Flags of `stream-init`. */
export interface StreamInitFlags {
  readonly out?: string;
  readonly containers?: string;
  readonly bootstrap?: string;
  readonly force?: boolean;
}
