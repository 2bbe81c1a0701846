import type { HunkPlace } from "./_place_hunk.ts";
import { type TextFile, textFileOf } from "./_text_file.ts";

/** What a hunk did: checked on the result. */
export interface HunkProof {
  /** How the place was found: 1 exact, 2 but for trailing blanks, 3 look-alikes. */
  readonly tier: 1 | 2 | 3;
  /** First and last line of its old lines, from 1; the last is before the first for an insertion. */
  readonly before: readonly [number, number];
  /** The same of its new lines. */
  readonly after: readonly [number, number];
}

/**
 * Compares the lines outside all hunks, with their ends, in the file as it was and in the result.
 * Only the end of the file's last line may differ: a patch says whether it has one.
 *
 * @param places in the order of the file.
 * @param result the patched text, a byte order mark included.
 */
export function proveHunks(
  file: TextFile,
  places: readonly HunkPlace[],
  result: string,
): HunkProof[] {
  const patched = textFileOf(file.path, result);
  const proofs: HunkProof[] = [];
  let [at, shift] = [0, 0];
  const compareUntil = (end: number) => {
    for (; at < end; at++) {
      const last = at === file.lines.length - 1;
      const same = file.lines[at] === patched.lines[at + shift] &&
        (last || file.ends[at] === patched.ends[at + shift]);
      if (!same) throw new Error(`a patch of ${file.path} would change line ${at + 1} outside`);
    }
  };
  for (const { first, count, lines, tier } of places) {
    compareUntil(first);
    const fresh = lines.filter(({ sign }) => sign !== "-").length;
    proofs.push({
      tier: tier as HunkProof["tier"],
      before: [first + 1, first + count],
      after: [first + shift + 1, first + shift + fresh],
    });
    at += count;
    shift += fresh - count;
  }
  compareUntil(file.lines.length);
  const whole = file.lines.length + shift === patched.lines.length && file.bom === patched.bom;
  if (!whole) throw new Error(`a patch of ${file.path} would change more than its hunks`);
  return proofs;
}
