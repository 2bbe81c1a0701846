/** A request as it came, with what was answered. */
export interface RecordedRequest {
  /** Milliseconds from the making of the server to the arrival. */
  readonly at: number;
  /** HTTP method. */
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  /** Headers but for those that carry keys. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether a key came along. */
  readonly keySent: boolean;
  /** Size of the body. */
  readonly bytes: number;
  /** The body: JSON, else its text. */
  readonly body: unknown;
  /** The turn that answered, from 0; undefined when none did. */
  readonly turn: number | undefined;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Milliseconds from the making of the server to the end of the answer; undefined before that. */
  readonly endedAt: number | undefined;
  /** How the answer ended: all was sent, the scenario cut it, or the client left. */
  readonly end: "sent" | "cut" | "gone" | undefined;
}
