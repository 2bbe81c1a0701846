/**
 * A complaint about a command line in one line, with the way to the command's help behind it, unless
 * it names a way out already.
 *
 * @param text as it was written, a line for each thing that does not fit.
 * @param command the command line that shows the help.
 */
export function withHelpHint(text: string, command: string): string {
  const line = text.trim().replaceAll("\n", "; ");
  if (line.includes('see "')) return line;
  return `${line}${/[?.]$/.test(line) ? "" : ":"} see "${command}"`;
}
