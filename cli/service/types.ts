import type { Config } from "../../core/config.ts";
import type { ModelAddress } from "../../core/lm/open_model.ts";
import type { KafkaSettings } from "../../streaming/kafka/types.ts";

/** Which service a process is. */
export type Role = "up" | "serve" | "worker" | "tail" | "topics";

/** How to reach Kafka; what is secret in it goes this way and no other. */
export interface KafkaPlace extends KafkaSettings {
  /** `host:port`, one at least. */
  readonly bootstrap: readonly string[];
}

/** Where the status server listens, and who may ask it. */
export interface StatusPlace {
  readonly host: string;
  readonly port: number;
  /** `token:role,…` or the JSON of a token file. Default none: then only this machine may ask. */
  readonly tokens?: string | undefined;
  readonly adminKey?: string | undefined;
  /** Origins that a browser may ask from. Default none. */
  readonly origins?: string | undefined;
}

/** The first line a service reads: all it will ever know of its surroundings. */
export interface ServiceInit {
  readonly type: "init";
  readonly role: Role;
  /** Real path of the workspace. */
  readonly root: string;
  readonly config: Config;
  readonly model?: ModelAddress | undefined;
  /** Default: all in one process. */
  readonly kafka?: KafkaPlace | undefined;
  /** Default: no status server. */
  readonly status?: StatusPlace | undefined;
  /** Containers whose logs come from Docker: their lines arrive over standard input. */
  readonly docker?: readonly string[] | undefined;
  readonly up?: UpOptions | undefined;
  readonly worker?: WorkerOptions | undefined;
  readonly tail?: TailOptions | undefined;
  readonly topics?: TopicsOptions | undefined;
}

/** What `up` was told. */
export interface UpOptions {
  /** Seconds that a window of log lines is open. */
  readonly windowSec: number;
  /** Whether policies are trained meanwhile. */
  readonly train: boolean;
  /** Members of the group that answers, in this process. */
  readonly workers: number;
  /** Whether logs are read from their start and not only what comes. */
  readonly fromStart: boolean;
  /** `none`: nothing outlasts it. */
  readonly db: "sqlite" | "none";
}

/** What `worker` was told. */
export interface WorkerOptions {
  /** Container whose contexts it answers. */
  readonly topic: string;
  readonly group: string;
}

/** What `tail` was told. */
export interface TailOptions {
  readonly stream: string;
  readonly follow: boolean;
  /** How many of the newest first. */
  readonly limit: number;
}

/** What `stream-topics-create` was told. */
export interface TopicsOptions {
  readonly containers: readonly string[];
  readonly partitions: number;
  readonly replication: number;
}

/** What the launcher says later. */
export type ToService =
  | ServiceInit
  | { readonly type: "line"; readonly container: string; readonly line: string }
  | { readonly type: "stop" };

/** The payload of each thing a service tells. */
export interface ServiceData {
  /** It runs: where its logs are, and where it listens. */
  "service.start": {
    readonly role: Role;
    readonly logs: readonly {
      readonly container: string;
      readonly service: string;
      readonly log_file: string;
    }[];
    readonly status?: string | undefined;
    readonly bus: "local" | "kafka";
  };
  /** What a worker found out. */
  "service.result": {
    readonly container: string;
    readonly summary: string;
    readonly key_points: string;
    readonly plan: string;
    readonly ts: number;
    /** Milliseconds from the newest line of the context to this. */
    readonly ms?: number | undefined;
  };
  /** An entry of a stream, for `tail`. */
  "service.entry": { readonly stream: string; readonly offset: number; readonly value: unknown };
  /** What a policy trainer did. */
  "service.trained": { readonly text: string };
  /** What a topic came to. */
  "service.topic": { readonly topic: string; readonly made: boolean; readonly note: string };
  /** Something a person should know that ended nothing. */
  "service.notice": { readonly level: "info" | "warning"; readonly text: string };
  /** It cannot go on. */
  "service.error": { readonly text: string; readonly exitCode: number };
  /** It ended by itself or was asked to; nothing follows. */
  "service.end": { readonly counts: Readonly<Record<string, number>> };
}

/** Everything a service tells, one JSON object per line. */
export type ServiceEvent<T extends keyof ServiceData = keyof ServiceData> = {
  readonly [K in T]: {
    readonly v: 1;
    /** Counts from 1. */
    readonly seq: number;
    /** Milliseconds since the epoch. */
    readonly ts: number;
    readonly type: K;
    readonly data: ServiceData[K];
  };
}[T];

/** Tells something. */
export type Tell = <T extends keyof ServiceData>(type: T, data: ServiceData[T]) => void;
