import { plainWords } from "./_plain_words.ts";
import { FILLER, subjectOf } from "./_subject_of.ts";

/** A request in plain language, taken apart once so that every tool can look at it. */
export interface PlainRequest {
  /** As it was typed, in Unicode NFC. */
  readonly text: string;
  /**
   * The text with its question words and verbs in plain English: mistyped ones mended, those of
   * German, Spanish and French translated. Patterns are for this one.
   */
  readonly plain: string;
  /** Lower-case words of `plain`. */
  readonly words: ReadonlySet<string>;
  /**
   * What it is about, without the words that only ask: `progress bar` in "where is the progress bar
   * implemented?"; empty when there is nothing else.
   */
  readonly subject: string;
  /** The first five distinct words longer than two letters that are no filler: what it is about. */
  readonly targets: readonly string[];
  /** CamelCase, snake_case and dotted names, names before `(` or "defined", as written. */
  readonly identifiers: readonly string[];
  /**
   * Words that look like paths: with a slash or a known kind of ending. One that can be either, as
   * `res.json`, is an identifier, too.
   */
  readonly paths: readonly string[];
  /** Text in quotes or backticks, without them. */
  readonly quoted: readonly string[];
  /** Whether it asks for a change rather than for an answer. */
  readonly wantsChange: boolean;
}

const CHANGE =
  /\b(add|change|create|delete|edit|fix|implement|insert|migrate|modify|move|port|refactor|remove|rename|replace|rewrite|update|upgrade|write)\b/i;

const QUESTION =
  /^\s*(what|where|when|which|who|why|how|does|do|did|is|are|was|were|explain|show|list|find|search|any)\b/i;

/** Names are looked for this far: what is longer is a pasted log. Characters. */
const MOST_READ = 10_000;

/** Endings of files. */
const FILE_ENDING =
  /\.(?:[cm]?[jt]sx?|py[ixc]?|ipynb|go|rs|java|kts?|rb|php|cs|cc?|h|cpp|hpp|cxx|hh|m|mm|swift|scala|dart|lua|pl|jl|exs?|erl|hs|nix|zig|r|[bz]a?sh|fish|bat|ps1|mdx?|rst|adoc|txt|text|jsonc?|jsonl|ya?ml|toml|xml|html?|s?css|less|sql|proto|lock|ini|cfg|conf|config|log|out|err|csv|tsv|vue|svelte|gradle|mod|sum|env|map|patch|diff|svg|png|jpe?g|gif|pdf|wasm|db|sqlite|zip|t?gz|tar|bin|tpl|tmpl|example|tf)$/i;
/** Endings that are names of methods, too: `res.json`, `console.log`. */
const EITHER = /^[A-Za-z_$][\w$]*\.(?:json|log|html|text|xml|csv|sum|mod|map|out|config|db)$/;
const WELL_KNOWN =
  /^(?:package(?:-lock)?|deno|tsconfig|jsconfig|composer|manifest|go|index|config|settings|data|app|server|error|access|debug|test|build|out)\./;
/** Names of files without an ending. */
const BARE_FILE =
  /(?<![\w./-])(?:Makefile|Dockerfile|LICEN[CS]E|README|CHANGELOG|CONTRIBUTING|Gemfile|Rakefile|Procfile)(?![\w./-])/g;

/**
 * Takes a request apart.
 *
 * @example
 * ```ts
 * import { parseRequest } from "@dspy/code/core/agent";
 * import assert from "node:assert/strict";
 *
 * const request = parseRequest("wher is parseRequest defined in core/agent?");
 * assert.equal(request.plain, "where is parseRequest defined in core/agent?");
 * assert.deepEqual(request.identifiers, ["parseRequest"]);
 * assert.deepEqual(request.paths, ["core/agent"]);
 * assert.equal(request.wantsChange, false);
 * ```
 */
export function parseRequest(text: string): PlainRequest {
  const whole = text.normalize("NFC");
  const plain = plainWords(whole);
  const subject = subjectOf(plain);
  const about = wordsOf(subject);
  const head = whole.slice(0, MOST_READ);
  const paths = pathsIn(head);
  const quoted = [...head.matchAll(/`([^`]+)`|"([^"]+)"|(?<![\p{L}\p{N}])'([^']+)'/gu)]
    .map((match) => match[1] ?? match[2] ?? match[3]!);
  return {
    text: whole,
    plain,
    words: new Set(wordsOf(plain)),
    subject,
    targets: unique(
      (about.length > 0 ? about : wordsOf(plain))
        .filter((word) => word.length > 2 && !FILLER.has(word)),
    ).slice(0, 5),
    identifiers: identifiersIn(head, plain.slice(0, MOST_READ), paths),
    paths,
    quoted,
    wantsChange: CHANGE.test(plain) && !QUESTION.test(plain),
  };
}

function pathsIn(text: string): string[] {
  const dotted = text.match(/(?<![\w.-])[\w-][\w.-]*\.[A-Za-z]\w{0,9}\b(?!\/)/g) ?? [];
  const slashed = text.match(/(?<![\w@.~-])[\w@.~-]*(?:\/[\w@.~-]+)+/g) ?? [];
  const folders = text.match(/(?<![\w@.~/-])[\w@.~-]+(?=\/(?:[\s?!,;:]|$))/g) ?? [];
  return unique(
    [...slashed, ...folders, ...dotted.filter((path) => FILE_ENDING.test(path))]
      .concat(text.match(BARE_FILE) ?? [])
      .map((path) => path.replace(/[.,;:!?]+$/, ""))
      .filter((path, _, all) => !all.some((other) => other !== path && other.endsWith(`/${path}`))),
  );
}

function identifiersIn(text: string, plain: string, paths: readonly string[]): string[] {
  const qualified =
    text.match(/(?<![\w$./-])[A-Za-z_$][\w$]+(?:(?:\.|::|#)[A-Za-z_$][\w$]*)+(?![\w/])/g) ?? [];
  const members = qualified.filter((name) =>
    !paths.includes(name) || EITHER.test(name) && !WELL_KNOWN.test(name)
  );
  const single = [
    ...(text.match(/\b(?:[a-z]+[A-Z][A-Za-z0-9]*|[A-Z][a-z0-9]+[A-Z][A-Za-z0-9]*)\b/g) ?? []),
    ...(text.match(/\b[A-Za-z]+(?:_[A-Za-z0-9]+)+\b/g) ?? []),
    ...[...text.matchAll(/\b([A-Za-z_$][\w$]*)\(/g)].map((match) => match[1]!),
    // Whatever the word, this makes it a name: "where is add defined?"
    ...[
      ...plain.matchAll(
        /\b(?:is|are|where) (?!is|are)([A-Za-z_$][\w$]*) (?:is )?(?:defined|declared)\b/g,
      ),
    ]
      .map((match) => match[1]!),
  ];
  return unique([
    ...members,
    ...single.filter((name) => ![...paths, ...members].some((whole) => whole.includes(name))),
  ]);
}

function wordsOf(text: string): string[] {
  return (text.match(/[\p{L}\p{N}_$][\p{L}\p{N}_$'-]*/gu) ?? []).map((word) => word.toLowerCase());
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)];
}
