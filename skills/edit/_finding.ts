import type { Located } from "./_locate.ts";

/** One replacement. */
export interface Edit {
  /** Text as it stands in the file, enough of it to occur once. */
  readonly old: string;
  /** Text to stand there instead. */
  readonly new: string;
  /** Replaces all occurrences, which must be exact. Default false. */
  readonly replaceAll?: boolean | undefined;
}

/** What was found for an edit, or why it cannot be done. */
export interface EditFinding {
  readonly located: Located;
  readonly problem?: string;
}
