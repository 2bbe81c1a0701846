import type { TaskKind } from "./classify_task.ts";
import { renameOf } from "./rename_of.ts";

/** The one thing that a task names to be renamed, removed or upgraded. */
export interface TaskSubject {
  /** What is done to it. */
  readonly action: "rename" | "remove" | "upgrade";
  /** As the task has it: `parseArgs`, `Store.load`, `--color`, `src/a.ts`, `left-pad`. */
  readonly name: string;
  /** Its new name, if it gets one. */
  readonly to?: string;
  /** Whether the task says that it is a package. */
  readonly isPackage: boolean;
}

const NOUN =
  "functions?|methods?|class(?:es)?|types?|interfaces?|structs?|enums?|traits?|variables?|" +
  "constants?|fields?|propert(?:y|ies)|parameters?|arguments?|modules?|files?|options?|flags?|" +
  "commands?|helpers?|dependenc(?:y|ies)|packages?|librar(?:y|ies)";
const BEFORE =
  `(?:(?:the|our|all|any|an?|to|dead|unused|old|obsolete|deprecated|(?:dev\\s+)?(?:${NOUN}))\\s+)*`;
const NAME = "[`\"']?(-{0,2}@?[\\w$][\\w$./:#@=<>~^-]*?)(?:\\(\\))?[`\"']?";
const AFTER = `(?=[.,;!?]?\\s*$|\\s+(?:${NOUN})\\b|\\s+(?:from|in|to|of|and|v?\\d+)\\b)`;
const REMOVE = new RegExp(
  `^\\W*(?:please\\s+)?(?:remove|delete|drop|get\\s+rid\\s+of)\\s+${BEFORE}${NAME}${AFTER}`,
  "i",
);
const UPGRADE = new RegExp(
  `\\b(?:upgrade|bump|downgrade|pin|unpin|update|migrate)\\s+${BEFORE}${NAME}${AFTER}`,
  "i",
);
const PACKAGE = /\b(?:dependenc(?:y|ies)|packages?|librar(?:y|ies))\b/i;
/** What a project runs on, and words that name no one package. */
const NO_PACKAGE =
  /^(?:all|every(?:thing)?|it|them|this|that|python|node(?:js)?|deno|go|golang|rust|java|jdk|dependenc(?:y|ies)|packages?|librar(?:y|ies)|versions?)$/i;

/**
 * Reads out of a task what it renames, removes or upgrades, when it names one thing.
 *
 * @param task in plain words.
 * @param kind of the task.
 */
export function taskSubject(task: string, kind: TaskKind): TaskSubject | undefined {
  const rename = renameOf(task);
  if (rename) return { action: "rename", name: rename.from, to: rename.to, isPackage: false };
  if (kind !== "remove" && kind !== "upgrade") return undefined;
  const found = (kind === "remove" ? REMOVE : UPGRADE).exec(task)?.[1];
  // `zod@4` and `click==8` name a version, too.
  const name = found?.replace(/(?<=.)@[\^~]?v?\d.*$|[=<>~^].*$/, "");
  if (name === undefined || NO_PACKAGE.test(name)) return undefined;
  return { action: kind, name, isPackage: kind === "upgrade" || PACKAGE.test(task) };
}
