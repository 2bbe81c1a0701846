import type { SkillContext } from "../core/program/skill.ts";
import { missingFiles, namedPaths } from "./_named_paths.ts";

/** Names of code that a sentence quotes: `load()`, `Cache.get`. */
const QUOTED = /`([A-Za-z_$][\w$.]*)(?:\(\))?`/g;

/**
 * Whether a sentence of a model speaks of what is there: each file it names exists, and each name in
 * backticks stands in the text it was shown.
 *
 * @param shown what the model was shown, whole.
 * @returns what is not there; empty when it may stand.
 */
export async function ungrounded(
  sentence: string,
  shown: string,
  known: ReadonlySet<string>,
  ctx: Pick<SkillContext, "files">,
): Promise<string[]> {
  const paths = namedPaths(sentence);
  const names = [...sentence.matchAll(QUOTED)].map(([, name]) => name!)
    .filter((name) => !paths.includes(name) && !shown.includes(name.split(".").at(-1)!));
  const missing = await missingFiles(paths.filter((path) => !shown.includes(path)), known, ctx);
  return [...missing, ...names];
}
