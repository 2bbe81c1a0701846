/** A tool's name as people type it, in help, completion and messages alike: `git-status`. */
export function shownName(name: string): string {
  return name.replaceAll("_", "-");
}
