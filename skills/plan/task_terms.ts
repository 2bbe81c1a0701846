import { parseRequest } from "../../core/agent/request.ts";

/** Something a task speaks of, as it can be looked for. */
export interface Term {
  /** As the task has it. */
  readonly text: string;
  /** What it looks like. */
  readonly kind: "path" | "name" | "quote" | "word";
  /** How much a hit says. */
  readonly weight: number;
  /** Finds it in a text or a file's name; matches any case, except for names. */
  readonly regex: RegExp;
}

/** Words that say what to do or how it is, and not with what. */
const ACTIONS = new RegExp(
  "\\b(?:fix\\w*|add\\w*|implement\\w*|creat\\w+|introduc\\w+|support\\w*|allow\\w*|enabl\\w+|mak\\w+|" +
    "writ\\w+|updat\\w+|upgrad\\w+|bump|chang\\w+|remov\\w+|delet\\w+|renam\\w+|refactor\\w*|mov\\w+|" +
    "split\\w*|extract|simplify|clean|improv\\w+|optimi[sz]\\w+|speed|fast\\w*|slow\\w*|document|" +
    "explain|show|fail\\w*|break\\w*|broken|crash\\w*|bugs?|errors?|issue|problem|wrong\\w*|incorrect\\w*|" +
    "works?|working|does ?n[o']?t|isn'?t|cannot|can'?t|when|where|what|which|while|because|after|" +
    "before|then|than|still|always|never|only|also|very|more|less|new|old|existing|correctly|" +
    "properly|please|lets?|many|much|few|through|large|small|again|should|must|we|they|it|its|be|been|being|will|gets?|getting|one|two|every|" +
    "each|another|other|same|way|thing|things|sure|so|if|or|as|by|at|via|per|too|no|" +
    "unit|case|cases|dependenc\\w+|packages?|versions?|performance|coverage|docs?|documentation)\\b",
  "gi",
);

/** Words for kinds of things: they say little about which one is meant. */
const GENERIC = new Set(
  ("argument arguments button class classes command commands component endpoint field file files " +
    "flag flags function functions handler helper list logic method methods module modules object " +
    "option options output page parameter result results screen script setting string support " +
    "system text type types user users value values variable").split(" "),
);

const MAX_WORDS = 6;

/**
 * What to look for, for a task: its paths, names, quotes, and the words that are no mere verbs.
 *
 * @param task in plain words.
 * @returns the most telling first, none twice.
 */
export function taskTerms(task: string): Term[] {
  const { paths: places, identifiers, quoted } = parseRequest(task);
  // pytest's `test_a.py::test_b` is a path and a name.
  const names = identifiers.map((name) => name.replace(/^[\w-]+\.py::/, ""));
  const qualified = names.filter((name) => /\.|::|#/.test(name));
  const plainNames = names.filter((name) => !qualified.includes(name));
  const paths = places.filter((path) => !qualified.includes(path));
  const parts = qualified.map((name) => name.split(/\.|::|#/));
  const members = parts.map((part) => part.at(-1)!);
  const holders = parts.flatMap((part) => part.slice(0, -1).reverse());
  const named = [...places, ...identifiers, ...quoted];
  const rest = named.reduce((text, name) => text.replaceAll(name, " "), task);
  const plain = rest.replace(ACTIONS, " ; ");
  const words = parseRequest(plain.replaceAll(/[;\s]+/g, " ")).targets.slice(0, MAX_WORDS);
  const quotedNames = quoted.filter((text) => /^[A-Za-z_$][\w$.:-]*$/.test(text));
  const terms: Term[] = [
    ...paths.map((text) => term(text, "path", 8, escape(text))),
    ...[...plainNames, ...members, ...quotedNames].map(nameTerm),
    // What holds a method stands everywhere; which method it is says more.
    ...holders.map((text) => term(text, "name", 2, `\\b${escape(text)}\\b`, "")),
    ...quoted.filter((text) => !quotedNames.includes(text))
      .map((text) => term(text, "quote", 5, escape(text).replace(/\s+/g, "\\s+"))),
    ...pairs(plain, words).map(([a, b]) =>
      term(`${a} ${b}`, "word", 4, `${escape(stem(a))}\\w{0,3}[ _-]?${escape(stem(b))}`)
    ),
    ...words.map((text) => {
      const weight = GENERIC.has(text) ? 0.4 : 1.5;
      const root = stem(text);
      return root.length >= 4
        ? term(text, "word", weight, escape(root))
        : term(text, "word", weight, shortPattern(text), "");
    }),
  ];
  const seen = new Set<string>();
  return terms.filter(({ text }) => !seen.has(text) && seen.add(text));
}

/**
 * A name as a term: found as a whole and as it is written; of `Store.load` its last part.
 *
 * @param text the name.
 */
export function nameTerm(text: string): Term {
  const [start, end] = [/^\w/, /\w$/].map((edge) => edge.test(text) ? "\\b" : "");
  const last = /[/]/.test(text) ? text : text.split(/(?<=\w)(?:\.|::|#)/).at(-1)!;
  return term(text, "name", 6, `${start}${escape(last)}${end}`, "");
}

function term(
  text: string,
  kind: Term["kind"],
  weight: number,
  source: string,
  flags = "i",
): Term {
  return { text, kind, weight, regex: new RegExp(source, flags) };
}

/** Words that stand side by side: `rate limiter` is also `rateLimiter` and `rate_limit`. */
function pairs(plain: string, words: readonly string[]): [string, string][] {
  const lower = plain.toLowerCase();
  return words.flatMap((a) =>
    words.filter((b) => a !== b && lower.includes(`${a} ${b}`)).map((b): [string, string] => [a, b])
  );
}

/** A short word must stand alone or be a part of a name: `zsh`, `source_zsh`, `ZshComplete`. */
function shortPattern(word: string): string {
  const capital = escape(word[0]!.toUpperCase() + word.slice(1));
  const forms = [escape(word), capital, escape(word.toUpperCase())].join("|");
  return `(?<![A-Za-z])(?:${forms})(?![a-z])|(?<=[a-z])${capital}(?![a-z])`;
}

/** The word without its ending, if enough is left of it. */
function stem(word: string): string {
  const ending = ["ies", "ing", "ers", "er", "ed", "es", "s"]
    .find((ending) => word.endsWith(ending) && word.length - ending.length >= 4);
  return ending === undefined ? word : word.slice(0, -ending.length);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
