/** What tokens begin with: see `TOKENS`. */
const HEADS: readonly string[] = [
  ...["sk", "rk", "pk"].flatMap((head) => [`${head}-`, `${head}_`]),
  ...["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-"],
  ...["AKIA", "ASIA", "ABIA", "ACCA", "xox", "xapp-", "AIza"],
  ...["npm_", "pypi-", "hf_", "dckr_pat_", "SG.", "eyJ"],
];

let open: RegExp | undefined;

/** The end of a line that may be the beginning of a secret; made when it is first looked for. */
const openEnd = (): RegExp =>
  open ??= new RegExp(
    [
      `(?<![A-Za-z0-9_-])(?:${HEADS.map((head) => begun(head)).join("|")})$`,
      // Long enough to be a line of a key.
      "(?<![A-Za-z0-9+/=])[A-Za-z0-9+/=]{16,}$",
      // A password in a URL, the head of a private key.
      String.raw`:(?:\/(?:\/\S*)?)?$`,
      String.raw`(?<!-)-+(?:${begun("BEGIN", "[^\\n]*")})?$`,
      // What follows may be a blank away.
      String.raw`\b${begun("authorization", String.raw`["']?[ \t]*(?:[:=][^\n]*)?`)}$`,
    ].join("|"),
    "i",
  );

/**
 * How many letters of an unfinished line can be shown whatever follows: for text that a person reads
 * as it is written, letter by letter.
 *
 * @param line what has come of it.
 * @param values secrets of any form.
 */
export function eagerCut(line: string, values: readonly string[]): number {
  let cut = openEnd().exec(line)?.index ?? line.length;
  for (const value of values) cut = Math.min(cut, line.length - startOf(value, line));
  return cut;
}

/** How many letters at the end of a text could be the start of a value. */
export function startOf(value: string, text: string): number {
  for (let length = Math.min(value.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(value.slice(0, length))) return length;
  }
  return 0;
}

/** A pattern of any beginning of a word, and of the word with what may follow. */
function begun(word: string, rest = "[A-Za-z0-9_.-]*"): string {
  const letters = [...word].map((letter) => letter.replace(/[.]/g, "\\$&"));
  return letters.reduceRight(
    (tail, letter, i) => i === 0 ? letter + tail : `(?:${letter}${tail})?`,
    rest,
  );
}
