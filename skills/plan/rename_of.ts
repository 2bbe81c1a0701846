/** A rename that a task asks for. */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

const NOUN =
  "(?:function|method|class|type|interface|struct|enum|trait|variable|constant|field|property|" +
  "parameter|argument|module|file|option|flag|command|helper)";
const NAME = "[\\w$./:#-]+?";
const RENAME = new RegExp(
  `\\brenam(?:e|ing)\\s+(?:the\\s+)?(?:${NOUN}\\s+)?[\`"']?(${NAME})(?:\\(\\))?[\`"']?` +
    `(?:\\s+${NOUN})?(?:\\s+(?:in|from|of)\\s+\\S+)?` +
    `\\s+(?:to|into|as|->|=>)\\s+[\`"']?([\\w$./:#-]*[\\w$])`,
  "i",
);

/**
 * Reads `rename A to B` out of a task.
 *
 * @param task in plain words.
 */
export function renameOf(task: string): Rename | undefined {
  const [, from, to] = RENAME.exec(task) ?? [];
  return from === undefined || to === undefined ? undefined : { from, to };
}
