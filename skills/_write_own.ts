import { UserError } from "../core/errors.ts";
import type { ToolContext } from "../core/tool.ts";

/** A file that a tool of ours writes for a person. */
export interface OwnFile {
  readonly file: string;
  readonly text: string;
  /** What undo calls it. */
  readonly label: string;
  /** Whether a text is one that was written by us before: it is replaced then. */
  isOurs(text: string): boolean;
  /** Replaces also what is not. */
  readonly force: boolean;
}

/**
 * Writes a file; one that somebody else wrote is not replaced unless that was asked for.
 *
 * @returns what was done, in one line.
 */
export async function writeOwn(
  { file, text, label, isOurs, force }: OwnFile,
  { files }: Pick<ToolContext, "files">,
): Promise<string> {
  const from = await files.state(file);
  const before = new TextDecoder().decode(from.bytes);
  if (from.hash !== null && before === text) return `${file} says that already`;
  if (from.hash !== null && !force && !isOurs(before)) {
    throw new UserError("failed", `${file} is there, and ${label} did not write it`, {
      hint: "give another name, or --force to replace it; undo takes that back",
    });
  }
  await files.commit(label, [{ from, to: new TextEncoder().encode(text) }]);
  return `written: ${file}`;
}
