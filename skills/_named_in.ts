import type { PlainRequest } from "../core/agent/request.ts";

/** What a request seems to name, where no rule of a tool says what is meant. */
export interface NamedIn {
  /** Its paths, without what is rather the member of an object: `res.json`. */
  readonly paths: readonly string[];
  /** A file, by its path or by a word that `findNamed()` may know: `the readme`, `show globals`. */
  readonly file: string | undefined;
  /** A folder, by its path or by a word in a folder's place: `what is under docs`. */
  readonly folder: string | undefined;
  /** A name of the code, or a phrase that can be one. */
  readonly symbol: string | undefined;
}

/** Files that every project has, as people call them. */
const WELL_KNOWN =
  /(?<![\w./-])(?:(readme|licen[cs]e|changelog|contributing)|(makefile|dockerfile))(?![\w/-])/i;
/** Nobody calls a folder by a word in a longer text: that is a pasted log. Characters. */
const MOST_READ = 1_000;
/** Words in a folder's place. */
const IN =
  /\b(?:in|inside|into|under|below|beneath|within) (?:the )?([\w.-]+)(?: (?:folder|directory|package))?[?!.\s]*$|\b([\w.-]+) (?:folder|directory)\b/i;
const NO_FOLDER =
  /^(?:the|this|that|these|those|it|here|there|a|an|which|what|any|all|each|every|whole|current|order|general|detail|short|use|progress|my|our|your)$/i;
/** A name, or a phrase that can be one. */
const NAME = /^[\p{L}_$][\p{L}\p{N}_$.:#]*(?: [\p{L}\p{N}_$]+){0,2}$/u;
/** What only code spells like this: `_AtomicFile`, `Context`. */
const CODE_NAME = /^(?=.*(?:_|\p{Lu}\p{Ll}|\p{Ll}\p{Lu}))[\p{L}_$][\p{L}\p{N}_$.:#]{2,}$/u;

/** Looks for what a request names. */
export function namedIn(request: PlainRequest): NamedIn {
  const { paths: all, identifiers } = request;
  const paths = all.filter((path) => !identifiers.includes(path));
  return {
    paths,
    file: fileIn(request, paths),
    folder: paths.find((path) => !/\.\w+$/.test(path)) ?? folderIn(request),
    symbol: identifiers[0] ?? symbolIn(request),
  };
}

function fileIn(
  { plain, subject, identifiers }: PlainRequest,
  paths: readonly string[],
): string | undefined {
  const path = paths.find((path) => /\.\w+$|^[A-Z]\w+$/.test(path));
  if (path !== undefined) return path;
  const [, loud, proper] = WELL_KNOWN.exec(plain) ?? [];
  if (loud !== undefined) return loud.toUpperCase();
  if (proper !== undefined) return proper[0]!.toUpperCase() + proper.slice(1).toLowerCase();
  const word = /^[\w-]{2,}$/.test(subject) && !identifiers.includes(subject) ? subject : undefined;
  return paths.find((path) => !path.endsWith("/")) ?? word;
}

function folderIn({ plain, identifiers }: PlainRequest): string | undefined {
  const [, last, called] = plain.length > MOST_READ ? [] : IN.exec(plain) ?? [];
  const word = (last ?? called)?.replace(/\.+$/, "");
  const names = word !== undefined && word !== "" && !NO_FOLDER.test(word) &&
    !/\.\w+$/.test(word) && !identifiers.includes(word);
  return names ? word : undefined;
}

function symbolIn({ text, subject, targets, quoted, paths }: PlainRequest): string | undefined {
  const isName = (word: string) =>
    NAME.test(word) && !paths.some((path) => word.split(" ").includes(path));
  const inQuotes = quoted.find((word) => isName(word) && !/ /.test(word));
  if (inQuotes !== undefined) return inQuotes;
  const words = subject.split(/\s+/).map((word) =>
    word.replace(/^[^\p{L}\p{N}_$]+|[^\p{L}\p{N}_$]+$/gu, "")
  );
  const spelled = words.find((word) =>
    CODE_NAME.test(word) && isName(word) && !text.trimStart().startsWith(`${word} `)
  );
  if (spelled !== undefined) return spelled;
  // "The signature of progressbar", "what fields does event have".
  const tail = subject.replace(/^.*\b(?:of|for|from|in|does|is|are)\s+/i, "");
  const parts = tail.toLowerCase().split(" ");
  const tells = parts.length === 1 || parts.every((part) => targets.includes(part));
  return tells && isName(tail) ? tail : undefined;
}
