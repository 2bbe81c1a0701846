/** Words that no tool would look for: they ask, or say what kind of thing is meant. */
export const FILLER: ReadonlySet<string> = new Set(
  ("the and for with from that this what where when which who why how does did are was were can " +
    "could would should please show tell give find list all any some use used using has have not " +
    "into about there their our your you its let make need want help file files code project repo " +
    "repository function class method test tests run me my is it do of in on to a an defined " +
    "definition declared located implemented happen happens explain describe overview fix add " +
    "functions classes methods uses calls call called caller callers imports import imported " +
    "requires require required wrote written changed changes change summary summarize")
    .split(" "),
);

/** More words that frame what a request is about, at its start or end. */
const FRAME = new Set(
  ("i i'm we us be been am do doing done whats what's where's who's how's hey hi so then now just " +
    "work works working look looks like see exactly currently exist exists live lives found come " +
    "comes handled made happening folder directory module package symbol variable type last " +
    "recent latest first line lines at by still else ever display print open cat read search " +
    "fails failing fail failed passing pass many much number searching grep look importing calling " +
    "using user users really actually again to no")
    .split(" "),
);

/** Places where any word is a name: `who calls get`, `where is add defined`. */
const NAMED =
  /\b(?:calls?|uses?|imports?|requires?|callers of|definition of|functions?|method|class)\s+([\p{L}_$][\p{L}\p{N}_$]*)(?=[?.!]*$)|\bis\s+([\p{L}_$][\p{L}\p{N}_$]*)\s+(?:defined|declared|implemented|used|called|imported)\b/iu;

/** Words that may stand in such a place without being one. */
const NO_NAME =
  /^(?:it|this|that|these|those|there|what|where|defined|used|called|files?|functions?|class|method|here|all|any|everything)$/i;

/**
 * What a request is about: the part between its first and last words that only ask.
 *
 * @param plain the request in plain words.
 * @returns without quotes; empty when it only asks: `run all tests`.
 */
export function subjectOf(plain: string): string {
  const [line = ""] = plain.trim().split("\n", 1);
  const tokens = line.split(/\s+/).map((token) =>
    token.replace(/^[("'`¿¡]+(?=.)|[)"'`?!.,;:]+$/g, "")
  );
  const frames = tokens.map((token, i) => token === "" || isFrame(token, i === 0));
  const start = frames.indexOf(false);
  const end = frames.lastIndexOf(false);
  if (start >= 0) return tokens.slice(start, end + 1).join(" ");
  const named = NAMED.exec(line);
  const name = named?.[1] ?? named?.[2] ?? "";
  return NO_NAME.test(name) ? "" : name;
}

function isFrame(token: string, first: boolean): boolean {
  // A capital inside a sentence makes a name of it.
  if (!first && /^\p{Lu}\p{Ll}/u.test(token)) return false;
  const lower = token.toLowerCase();
  return /^\d+$/.test(lower) || FILLER.has(lower) || FRAME.has(lower);
}
