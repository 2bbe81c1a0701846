/** How a place was found, by its tier. */
const TIERS = ["", "exact", "but for trailing blanks", "by look-alike characters", "re-indented"];

/** What is proven of one edit or hunk. */
interface Proof {
  readonly tier: number;
  readonly count?: number;
  readonly before: readonly [number, number];
  readonly after: readonly [number, number];
}

/** One line for an edit or hunk: how it was placed, and which lines became which. */
export function describeProof(name: string, { tier, count = 1, before, after }: Proof): string {
  const times = count === 1 ? "" : ` and ${count - 1} more`;
  return `${name}: ${TIERS[tier]}, ${span(before)} -> ${span(after)}${times}`;
}

/** One line for the rest of a file: it was compared, and is the same. */
export function describeHashes(oldHash: string | null, newHash: string | null): string {
  const short = (hash: string | null) => hash?.slice(0, 12) ?? "none";
  return `all other bytes are the same (checked); sha256 ${short(oldHash)} -> ${short(newHash)}`;
}

function span([start, end]: readonly [number, number]): string {
  if (end < start) return `below line ${end}`;
  return start === end ? `line ${start}` : `lines ${start}-${end}`;
}
