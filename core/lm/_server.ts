/** The server behind a model, as far as errors have to do with it. */
export interface Server {
  /** What to call it in messages: `openai`, `ollama`. */
  readonly name: string;
  /** Scheme, host and port: no path, no credentials. */
  readonly origin: string;
  /** Values that no message may show. */
  readonly secrets: readonly string[];
  /** The way out when it cannot be reached. */
  readonly unreachable: string;
  /** The way out when it knows no such model. */
  readonly unknownModel: string;
}

/** Longest reply that is read, in bytes: far more than any model writes. */
export const MOST_BYTES: number = 64 * 1024 * 1024;
