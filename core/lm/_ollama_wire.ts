/** A call as Ollama writes it: arguments are an object, and an id is new and rare. */
export interface OllamaToolCall {
  readonly id?: string;
  readonly function?: { readonly name?: string; readonly arguments?: unknown };
}

/** A whole reply of `/api/chat`, or a piece of one; the last piece is `done` and has the counts. */
export interface OllamaReply {
  readonly message?: {
    readonly content?: string | null;
    readonly thinking?: string | null;
    readonly tool_calls?: readonly OllamaToolCall[] | null;
  };
  readonly done?: boolean;
  readonly done_reason?: string;
  readonly prompt_eval_count?: number;
  readonly eval_count?: number;
  readonly error?: unknown;
}

/** The parts of `/api/show` that we read. */
export interface OllamaShow {
  /** The Modelfile's parameters, one a line. */
  readonly parameters?: string;
  readonly template?: string;
  readonly capabilities?: readonly string[];
  readonly model_info?: Readonly<Record<string, unknown>> | null;
}
