/**
 * How calls that the agent chose are approved; see the README's table. `plan`: nothing but reading;
 * `edit`: changes of files run, commands ask.
 */
export type Approval = "auto" | "manual" | "edit" | "plan";

/** Who serves the model. */
export type Provider = "ollama" | "openai";

/** All settings of one run, merged and frozen before anything acts. Keys are never among them. */
export interface Config {
  /** Folder to work in, as given. */
  readonly workspace: string;
  /** Folder of the logs, relative to the workspace. */
  readonly logs: string;
  /** Unset: reads run, writes and commands ask. */
  readonly approval: Approval | undefined;
  /** Answers yes where a person would be asked. */
  readonly yes: boolean;
  /** Events as JSON lines on standard output instead of text: `output` is `stream-json`. */
  readonly json: boolean;
  /** What standard output gets: text, one JSON object at the end, or each event as a line. */
  readonly output: "text" | "json" | "stream-json";
  /** No colour, no progress line. */
  readonly plain: boolean;
  /** Files larger than this are skipped by searches. Bytes. */
  readonly maxFileBytes: number;
  /** Logs larger than this are cut in the middle. Bytes. */
  readonly maxLogBytes: number;
  /** Limit for a test, lint or build run. Seconds. */
  readonly timeoutSec: number;
  /** Never asks a model, even when one is configured. */
  readonly localMode: boolean;
  /** Name of the model. */
  readonly model: string;
  /** Address of the model's API; unset: the provider's own. */
  readonly baseUrl: string | undefined;
  /** Whether the model is served by Ollama. */
  readonly ollama: boolean;
  /** Who serves the model; undefined when none was configured, and nothing is ever asked. */
  readonly provider: Provider | undefined;
  /** Whether a key may go over plain http to another machine. */
  readonly allowHttp: boolean;
  /** Context window to serve, in tokens; unset: what the server says. */
  readonly window: number | undefined;
  /** Turns with calls in a run of the model. */
  readonly maxSteps: number;
  /** Tokens that a run may take; unset: no limit. */
  readonly maxTokens: number | undefined;
  /** US dollars that a run may take; counts where a price is set. */
  readonly maxCost: number | undefined;
  /** Seconds that a run may take. */
  readonly maxTime: number | undefined;
  /** Seconds that the model may be silent. */
  readonly modelTimeout: number;
  /** US dollars per million tokens, read and written: `0.15/0.60`. */
  readonly price: string | undefined;
  /** Whether a key for the model's API was found; the key itself is read where it is used. */
  readonly keySet: boolean;
}
