/** A text to find: a substring, or a regular expression written `/…/flags`. */
export type Pattern = string;

/** What a request must be like for its turn to be played. Everything named must hold. */
export interface Expectation {
  /** Stands somewhere in the messages, system prompt and arguments of calls included. */
  readonly messages?: Pattern;
  /** Stands in the last message of the user. */
  readonly user?: Pattern;
  /** Stands in the results of the calls made last. */
  readonly lastResult?: Pattern;
  /** Stands nowhere in the messages: for secrets that must not reach a model. */
  readonly absent?: Pattern;
  /** Tools that are offered. */
  readonly tools?: readonly string[];
  /** Tools that are not offered. */
  readonly withoutTools?: readonly string[];
  /** Whether the reply is to follow a JSON Schema. */
  readonly format?: boolean;
  /** Size of the request's body, in bytes, at most. */
  readonly maxBytes?: number;
}

/** A call in the words of one agent: a name for the same arguments, or name and arguments. */
export type Alias = string | {
  /** The agent's name of the tool. */
  readonly tool: string;
  /**
   * Its arguments; default the same as ours. `"$name"` is our argument of that name, as it is;
   * `"… ${name} …"` has it filled in as text. What refers to an argument that is not there is left
   * out.
   */
  readonly args?: Readonly<Record<string, unknown>>;
};

/** A call that the model makes. */
export interface ScenarioCall {
  /** Our name of the tool. */
  readonly tool: string;
  /** Its arguments. Default none. */
  readonly args?: Readonly<Record<string, unknown>>;
  /** Sent instead of the arguments as it is: for broken JSON. */
  readonly rawArgs?: string;
  /** The same call for other agents, by dialect. */
  readonly as?: Readonly<Record<string, Alias>>;
}

/** What goes wrong in a turn. */
export interface Fault {
  /** Answers with this HTTP status and nothing of the turn. */
  readonly status?: number;
  /** Headers beside it, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Body beside it: text, or JSON. Default an error as the protocol writes it. */
  readonly body?: unknown;
  /** Tears the connection after this many chunks of the stream; without a stream, in the body. */
  readonly cut?: number;
  /** With `cut`: ends the stream instead of tearing the connection, as some proxies do. */
  readonly clean?: boolean;
  /** Milliseconds before the first token; in a stream the headers come at once. */
  readonly delayMs?: number;
  /** Milliseconds before each further chunk of a stream. */
  readonly pauseMs?: number;
  /** Breaks the JSON of a chunk or of the body; a text is sent instead of the body. */
  readonly malformed?: boolean | string;
  /** Answers with neither text nor calls. */
  readonly empty?: boolean;
}

/** Tokens that a reply is said to have taken. What is missing is estimated from lengths. */
export interface ScenarioUsage {
  /** Tokens read. */
  readonly input?: number;
  /** Of these, those the server had in its cache. */
  readonly cached?: number;
  /** Tokens written. */
  readonly output?: number;
}

/** One answer of the model. */
export interface Turn {
  /**
   * What the request must be like; a text stands for `messages`. When it is not, that is recorded
   * as a problem, the request is answered with 500 and the turn stays the next one.
   */
  readonly expect?: Expectation | Pattern;
  /** What the model says. */
  readonly say?: string;
  /** What it thinks aloud before. */
  readonly think?: string;
  /** What it calls after. */
  readonly calls?: readonly ScenarioCall[];
  /** What goes wrong. */
  readonly fault?: Fault;
  /** Why the reply ends. Default `tool` with calls, else `stop`. */
  readonly finish?: "stop" | "length" | "tool";
  /** Tokens it is said to have taken. */
  readonly usage?: ScenarioUsage;
  /** Characters per chunk of text and of arguments. Default the scenario's. */
  readonly split?: number;
  /** Bytes per packet, so that lines and characters are torn. Default one chunk per packet. */
  readonly packet?: number;
  /** How often this turn is played. Default once; `forever` only for the last one. */
  readonly repeat?: number | "forever";
}

/** What a scripted model says, turn by turn. */
export interface Scenario {
  /** What this is for. */
  readonly about?: string;
  /** What the agent is to be asked. */
  readonly prompt?: string;
  /** The project it is to be asked in: a name for whoever builds it. */
  readonly project?: string;
  /** Name of the model; requests for another are answered with 404. Default `scripted`. */
  readonly model: string;
  /**
   * The context window that is served, in tokens of four characters: Ollama cuts longer requests
   * silently, OpenAI refuses them. Default 131072.
   */
  readonly window: number;
  /** The window the model was made for, which `/api/show` tells as well. Default the served one. */
  readonly nominalWindow?: number;
  /** What the model can do; a request for something else is refused. Default `tools`. */
  readonly capabilities: readonly ("tools" | "thinking")[];
  /** Characters per chunk of text and of arguments. Default all in one. */
  readonly split?: number;
  /** Our tools in the words of other agents, by dialect and our name. */
  readonly as: Readonly<Record<string, Readonly<Record<string, Alias>>>>;
  /** The answers, in order. */
  readonly turns: readonly Turn[];
}
