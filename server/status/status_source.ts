/** What can be asked for. */
export type StatusName =
  | "health"
  | "ready"
  | "deploy"
  | "containers"
  | "code"
  | "metrics"
  | "auto"
  | "bus"
  | "rl";

/** An answer before it becomes a response. */
export interface Answer {
  /** 501 for a source that is not configured, 503 for one that is not well. */
  readonly status: 200 | 501 | 503;
  /** As JSON; with another status than 200 an object with `error`, or `ok: false`. */
  readonly body: unknown;
}

/** Where the answers come from: what is live in this process, or what another one pushed. */
export type StatusSource = {
  readonly [name in StatusName]: () => Answer | Promise<Answer>;
};
