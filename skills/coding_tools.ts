/**
 * The tools that a model is offered from the start, each with the fields that it is told of; the
 * others it finds with `find_tool`. Few and short: on a window of 4k tokens this list and the prompt
 * come to a quarter.
 */
export const CODING_TOOLS: Readonly<Record<string, readonly string[]>> = {
  cat: ["file", "start", "end"],
  grep: ["pattern", "file", "glob"],
  tree: ["root", "depth"],
  edit: ["path", "edits"],
  write: ["path", "content"],
  run_tests: ["paths", "filter"],
  exec: ["command"],
};
