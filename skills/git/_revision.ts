import type { z } from "zod";
import type { Zod } from "../../core/schema.ts";

/** A branch, tag, hash, `HEAD~1`, `@{-1}`: starts no option, and names no file in a commit. */
const SIDE = String.raw`[\p{L}\p{N}_@](?:(?!\.\.)[\p{L}\p{N}_@{}^~/.+#=,%-])*`;
const ONE_OR_RANGE = new RegExp(
  `^(?:(?<one>${SIDE})|(?<from>${SIDE})?(?<dots>\\.{2,3})(?<to>${SIDE})?)$`,
  "u",
);

/** Field for a revision, `A..B` or `A...B`: by its form, whether or not there is one. */
export function revision(z: Zod): z.ZodString {
  return z.string().min(1).max(500)
    .refine(isRevision, "expected a commit, branch or tag, or two of them as A..B");
}

/** Whether a word has the form of a revision or a range of them. */
export function isRevision(word: string): boolean {
  return word.length <= 500 && sidesOf(word).length > 0;
}

/** The revisions of a range, or the one there is; none when it has another form. */
export function sidesOf(word: string): string[] {
  const { one, from, to } = ONE_OR_RANGE.exec(word)?.groups ?? {};
  return [one, from, to].filter((side) => side !== undefined);
}

/**
 * The revision as git is given it: each side can only be a commit, so that the hash of a denied
 * file's content shows nothing.
 */
export function commitsOf(word: string): string {
  const { one, from, dots, to } = ONE_OR_RANGE.exec(word)!.groups!;
  const commit = (side: string | undefined) => side === undefined ? "" : `${side}^{commit}`;
  return one === undefined ? `${commit(from)}${dots}${commit(to)}` : commit(one);
}
