/** A kind of command that destroys data, takes over rights or runs what the net sends. */
export interface DangerPattern {
  /** The form people know it by: `rm -rf`. */
  readonly name: string;
  /** Finds it anywhere in a text. */
  readonly regex: RegExp;
  /** What it does, as the end of "it …". */
  readonly why: string;
}

/**
 * Commands that no plan proposes and no step runs, matched in any letter case and spacing. The
 * list warns people and screens proposals; what may start is decided by the gate, not by it.
 * Repeats are bounded so that a hostile text costs linear time.
 */
export const DANGER_PATTERNS: readonly DangerPattern[] = [
  {
    name: "rm -rf",
    regex:
      /\brm\s+(?=(?:-\S{1,40}\s+){0,8}-(?:\w{0,20}r|-recursive))(?=(?:-\S{1,40}\s+){0,8}-(?:\w{0,20}f|-force))/i,
    why: "deletes folders without asking",
  },
  {
    name: "git reset --hard",
    regex: /\bgit\b[^\n;|&]{0,120}\sreset\b[^\n;|&]{0,120}\s--hard\b/i,
    why: "throws away uncommitted work",
  },
  { name: "mkfs", regex: /\bmkfs/i, why: "formats a disk" },
  { name: ":> /", regex: /:\s*>\s*\//, why: "empties a system file" },
  { name: "dd if=", regex: /\bdd\s[^\n;|&]{0,120}\bif=/i, why: "writes raw bytes" },
  { name: "sudo", regex: /\bsudo\s/i, why: "runs with the rights of the administrator" },
  { name: "curl", regex: /\bcurl\s/i, why: "talks to the network" },
  { name: "| sh", regex: /\|\s*sh\b/i, why: "runs text as a program" },
  { name: "| bash", regex: /\|\s*bash\b/i, why: "runs text as a program" },
  {
    name: "chmod -R 777 /",
    regex: /\bchmod\s+-R\s+0?777\s+\//i,
    why: "opens every file to everyone",
  },
  {
    name: "chown -R /",
    regex: /\bchown\s+-R\s+(?:[^\s/]\S{0,80}\s+)?\//i,
    why: "gives system files away",
  },
  {
    name: "git push --force",
    regex: /\bgit\b[^\n;|&]{0,120}\spush\b[^\n;|&]{0,120}\s(?:--force|-f\b)/i,
    why: "overwrites the history of others",
  },
  {
    name: "git clean -fdx",
    regex: /\bgit\b[^\n;|&]{0,120}\sclean\b[^\n;|&]{0,120}\s-(?:\w{0,20}f|-force)/i,
    why: "deletes files that git does not know",
  },
  { name: "> /dev/", regex: />\s*\/dev\//i, why: "writes to a device" },
];

/**
 * The dangerous commands that a text contains.
 *
 * @param text a command line or a whole file.
 * @returns each pattern once, in the order of {@linkcode DANGER_PATTERNS}.
 *
 * @example
 * ```ts
 * import { findDanger } from "@dspy/code/core/safety";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(findDanger("cargo test && sudo rm -fr /").map((hit) => hit.name), [
 *   "rm -rf",
 *   "sudo",
 * ]);
 * assert.deepEqual(findDanger("npm test"), []);
 * ```
 */
export function findDanger(text: string): DangerPattern[] {
  return DANGER_PATTERNS.filter((pattern) => pattern.regex.test(text));
}
