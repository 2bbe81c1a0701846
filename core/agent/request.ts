/** A request in plain language, taken apart once so that every tool can look at it. */
export interface PlainRequest {
  /** As it was typed, in Unicode NFC. */
  readonly text: string;
  /** Lower-case words. */
  readonly words: ReadonlySet<string>;
  /** The first five distinct words longer than two letters that are no filler: what it is about. */
  readonly targets: readonly string[];
  /** CamelCase, snake_case and dotted names, names before `(` or "defined", as written. */
  readonly identifiers: readonly string[];
  /** Words that look like paths: with a slash or a known kind of ending. */
  readonly paths: readonly string[];
  /** Text in quotes or backticks, without them. */
  readonly quoted: readonly string[];
  /** Whether it asks for a change rather than for an answer. */
  readonly wantsChange: boolean;
}

const FILLER = new Set(
  ("the and for with from that this what where when which who why how does did are was were can " +
    "could would should please show tell give find list all any some use used using have has not " +
    "into about there their our your you its let make need want help file files code project repo " +
    "repository function class method test tests run me my is it do of in on to a an defined " +
    "definition declared located implemented happen happens explain describe overview fix add")
    .split(" "),
);

const CHANGE =
  /\b(add|change|create|delete|edit|fix|implement|insert|migrate|modify|move|port|refactor|remove|rename|replace|rewrite|update|upgrade|write)\b/i;

const QUESTION =
  /^\s*(what|where|when|which|who|why|how|does|do|did|is|are|was|were|explain|show|list|find|search)\b/i;

/**
 * Takes a request apart.
 *
 * @example
 * ```ts
 * import { parseRequest } from "@dspy/code/core/agent";
 * import assert from "node:assert/strict";
 *
 * const request = parseRequest("where is parseRequest defined in core/agent?");
 * assert.deepEqual(request.identifiers, ["parseRequest"]);
 * assert.deepEqual(request.paths, ["core/agent"]);
 * assert.equal(request.wantsChange, false);
 * ```
 */
export function parseRequest(text: string): PlainRequest {
  const plain = text.normalize("NFC");
  const tokens = plain.match(/[\p{L}\p{N}_$][\p{L}\p{N}_$'-]*/gu) ?? [];
  const lower = tokens.map((token) => token.toLowerCase());
  const paths = unique(
    (plain.match(/[\w@.~-]*(?:\/[\w@.~-]+)+|\b[\w-]+\.[A-Za-z][\w]{0,9}\b/g) ?? [])
      .map((path) => path.replace(/[.,;:!?]+$/, ""))
      .filter((path) => path.includes("/") || /\.[a-z0-9]{1,5}$/.test(path)),
  );
  return {
    text: plain,
    words: new Set(lower),
    targets: unique(lower.filter((word) => word.length > 2 && !FILLER.has(word))).slice(0, 5),
    identifiers: unique([
      ...(plain.match(/\b(?:[a-z]+[A-Z][A-Za-z0-9]*|[A-Z][a-z0-9]+[A-Z][A-Za-z0-9]*)\b/g) ?? []),
      ...(plain.match(/\b[A-Za-z]+(?:_[A-Za-z0-9]+)+\b/g) ?? []),
      ...[...plain.matchAll(/\b([A-Za-z_$][\w$]*)\(/g)].map((match) => match[1]!),
      // Whatever the word, this makes it a name: "where is add defined?"
      ...[...plain.matchAll(/\b([A-Za-z_$][\w$]*) (?:is )?(?:defined|declared|implemented)\b/g)]
        .map((match) => match[1]!),
    ]).filter((name) => !paths.some((path) => path.includes(name))),
    paths,
    quoted: [...plain.matchAll(/`([^`]+)`|"([^"]+)"|(?<![\p{L}\p{N}])'([^']+)'/gu)]
      .map((match) => match[1] ?? match[2] ?? match[3]!),
    wantsChange: CHANGE.test(plain) && !QUESTION.test(plain),
  };
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)];
}
