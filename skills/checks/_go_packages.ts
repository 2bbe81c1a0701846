import { posix } from "node:path";
import { operand } from "./_check.ts";

/** Go takes packages, which are folders: a file stands for the one it is in. */
export function packages(targets: readonly string[]): string[] {
  if (targets.length === 0) return ["./..."];
  const folders = targets.map((path) => {
    const folder = path.endsWith(".go") ? posix.dirname(path) : path;
    return path.endsWith(".go") ? `./${folder}` : `${operand(folder)}/...`;
  });
  return [...new Set(folders)];
}
