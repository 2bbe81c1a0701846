/** What a family of models wants otherwise than the rest. */
export interface ModelFamily {
  /** The limit of the reply is called `max_completion_tokens`; `max_tokens` is an error. */
  readonly maxCompletionTokens: boolean;
  /** Any temperature but the one they have is an error, and so are texts that end the reply. */
  readonly fixedSampling: boolean;
}

const PLAIN: ModelFamily = { maxCompletionTokens: false, fixedSampling: false };
const REASONING: ModelFamily = { maxCompletionTokens: true, fixedSampling: true };

/** By the model's name, without what stands before its last slash. The first row that fits counts. */
const FAMILIES: readonly (readonly [name: RegExp, family: ModelFamily])[] = [
  [/^gpt-5[\w.]*-chat/, { maxCompletionTokens: true, fixedSampling: false }],
  [/^gpt-5/, REASONING],
  [/^o\d/, REASONING],
  [/^codex-mini/, REASONING],
];

/** What a model wants otherwise, by its name. A name that is not listed wants nothing. */
export function modelFamily(model: string): ModelFamily {
  const name = model.slice(model.lastIndexOf("/") + 1).toLowerCase();
  return FAMILIES.find(([pattern]) => pattern.test(name))?.[1] ?? PLAIN;
}
