/** A flag in quotes, or a call that declares one. */
const FLAG =
  /["'`]--?[A-Za-z][\w-]*(?:[=,<\s][^"'`]*)?["'`]|\b(?:flag|pflag|flags|fs)\.[A-Z]\w*\(|\badd_argument\(|#\[(?:arg|clap)\b/;
const ASKS = /\b(?:flags?|options?|switch(?:es)?)\b|(?:^|\s)--?[A-Za-z]/i;

/** How far below its definition a function may read its flags. Lines. */
const NEAR = 200;

/** Whether a task is about a flag of a command line. */
export function isAboutFlag(task: string): boolean {
  return ASKS.test(task);
}

/**
 * The line of a text that declares or reads a flag.
 *
 * @param below a definition: only flags in it, or right below it, count. Default: the text's first.
 * @returns counted from 1; undefined when there is none.
 */
export function flagLine(text: string, below?: number): number | undefined {
  const lines = text.split("\n").flatMap((line, i) =>
    FLAG.test(line) && !/^\s*(?:\/\/|#(?!\[)|\*)/.test(line) ? [i + 1] : []
  );
  return lines.find((line) => below === undefined || (line >= below && line <= below + NEAR));
}
