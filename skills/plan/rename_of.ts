/** A rename that a task asks for. */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

const RENAME =
  /\brename\s+(?:the\s+)?(?:(?:function|class|method|variable|type|file|module|field|constant)\s+)?[`"']?([\w$./-]+?)(?:\(\))?[`"']?\s+(?:to|into|as|->|=>)\s+[`"']?([\w$./-]*[\w$])/i;

/**
 * Reads `rename A to B` out of a task.
 *
 * @param task in plain words.
 */
export function renameOf(task: string): Rename | undefined {
  const [, from, to] = RENAME.exec(task) ?? [];
  return from === undefined || to === undefined ? undefined : { from, to };
}
