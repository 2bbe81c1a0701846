const VOWEL = /[aeiou]|[^aeiou]y/;

/**
 * Takes the inflection off an English word, so that `parsing`, `parsed`, `parses` and `parse` are
 * one term: the first step of Porter's stemmer (1980), which leaves other words alone.
 *
 * @param word in lower case; anything but ASCII letters comes back unchanged.
 */
export function stem(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  return withoutFinalVowel(withoutEnding(withoutPlural(word)));
}

function withoutPlural(word: string): string {
  if (word.endsWith("sses") || word.endsWith("ies")) return word.slice(0, -2);
  if (word.endsWith("s") && !/[su]s$/.test(word)) return word.slice(0, -1);
  return word;
}

function withoutEnding(word: string): string {
  const ending = /(?:ed|ing)$/.exec(word);
  if (ending === null) return word;
  const rest = word.slice(0, ending.index);
  if (rest.length < 2 || !VOWEL.test(rest)) return word;
  // running -> run, but falling -> fall, passing -> pass, buzzing -> buzz.
  return /([^aeiouylsz])\1$/.test(rest) ? rest.slice(0, -1) : rest;
}

/** `parse` meets `parsing`, `query` meets `queries`: Porter brings the `e` back where we drop it. */
function withoutFinalVowel(word: string): string {
  if (word.length > 3 && word.endsWith("e")) return word.slice(0, -1);
  if (word.length > 2 && /[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}i`;
  return word;
}
