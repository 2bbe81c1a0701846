/** A line of the request log; see {@linkcode AppDeps.log}. */
export interface RequestLine {
  /** When it was answered, in seconds since the epoch. */
  readonly ts: number;
  /** `ERROR` for a status from 500, `WARNING` from 400, else `INFO`. */
  readonly level: "INFO" | "WARNING" | "ERROR";
  /** Always `server`. */
  readonly source: "server";
  /** Method, path and status. */
  readonly message: string;
  /** The same, and how long it took. */
  readonly context: {
    /** As asked. */
    readonly method: string;
    /** Without the query, which may hold a token. */
    readonly path: string;
    /** Of the answer. */
    readonly status: number;
    /** Until the answer began, in milliseconds. */
    readonly duration_ms: number;
    /** Address of who asked; null when it is not known. */
    readonly peer: string | null;
  };
  /** Id of the request, as in its answer's `X-Request-Id`. */
  readonly trace_id: string;
}
