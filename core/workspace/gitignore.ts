import { globSource, type GlobToken, matchTokens, parseGlob } from "./_wildmatch.ts";

/** The rules of one ignore file, compiled. */
export interface IgnoreRules {
  /**
   * What the last rule that matches says about this very path; folders above it are not looked at.
   *
   * @param path relative to the folder of the rules, with `/`; a {@linkcode byteString}.
   * @returns true: left out; false: taken back in by a `!` rule; undefined: no rule matches.
   */
  decide(path: string, isFolder: boolean): boolean | undefined;
}

/** Globs with more stars are matched step by step: a regular expression could take for ever. */
const MAX_REGEXP_STARS = 2;

/** A longer line cannot be meant for any path. Characters. */
const MAX_LINE = 8_192;

/** An expression is closed when its source is this long. Characters. */
const MAX_SOURCE = 16_384;

/**
 * Compiles gitignore lines with git's own semantics: last match wins, `!` takes back in, a slash
 * before the end anchors, a final slash means folders, `**` crosses folders, `\` escapes. Many lines
 * become few regular expressions.
 *
 * @param text the file as a {@linkcode byteString}; or globs of the same syntax joined by newlines.
 *
 * @example
 * ```ts
 * import { compileIgnore } from "@dspy/code/core/workspace";
 * import assert from "node:assert/strict";
 *
 * const rules = compileIgnore("*.log\n!keep.log\n/build/");
 * assert.equal(rules.decide("src/a.log", false), true);
 * assert.equal(rules.decide("src/keep.log", false), false);
 * assert.equal(rules.decide("src/build", true), undefined);
 * ```
 */
export function compileIgnore(text: string): IgnoreRules {
  const groups = groupRules(text).reverse();
  return {
    decide(path, isFolder) {
      const name = path.slice(path.lastIndexOf("/") + 1);
      for (const group of groups) if (group.matches(path, name, isFolder)) return group.ignores;
      return undefined;
    },
  };
}

/**
 * Text as its UTF-8 bytes, one character from 0 to 255 each, which is how git compares paths.
 * ASCII text is returned as it is.
 */
export function byteString(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text;
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** Rules of one sign that follow each other: their order does not matter. */
interface RuleGroup {
  readonly ignores: boolean;
  matches(path: string, name: string, isFolder: boolean): boolean;
}

interface Rule {
  readonly glob: string;
  readonly ignores: boolean;
  readonly folderOnly: boolean;
  /** Holds for the path from the rules' folder on, not for a name at any depth. */
  readonly anchored: boolean;
}

function groupRules(text: string): RuleGroup[] {
  const runs: Rule[][] = [];
  for (const line of text.replace(/^\xef\xbb\xbf|^\ufeff/, "").split("\n")) {
    const rule = parseLine(line);
    if (rule === undefined) continue;
    const run = runs.at(-1);
    if (run?.[0]?.ignores === rule.ignores) run.push(rule);
    else runs.push([rule]);
  }
  return runs.map((run) => {
    const any = compileRun(run.filter((rule) => !rule.folderOnly));
    const folder = compileRun(run.filter((rule) => rule.folderOnly));
    return {
      ignores: run[0]!.ignores,
      matches: (path, name, isFolder) => any(path, name) || (isFolder && folder(path, name)),
    };
  });
}

function parseLine(line: string): Rule | undefined {
  if (line.length > MAX_LINE) return undefined;
  let glob = trimEnd(line.endsWith("\r") ? line.slice(0, -1) : line);
  if (glob === "" || glob.startsWith("#")) return undefined;
  const ignores = !glob.startsWith("!");
  if (!ignores) glob = glob.slice(1);
  const folderOnly = glob.endsWith("/");
  if (folderOnly) glob = glob.slice(0, -1);
  const anchored = glob.includes("/");
  if (glob.startsWith("/")) glob = glob.slice(1);
  return glob === "" ? undefined : { glob, ignores, folderOnly, anchored };
}

/** Drops final spaces, but not one behind a backslash. */
function trimEnd(line: string): string {
  if (!line.endsWith(" ")) return line;
  return /^(?:[^\\ ]|\\[^]| +(?=[^ ]))*/.exec(line)![0];
}

type Test = (path: string, name: string) => boolean;

/** Literal names into a set, short globs into one expression each for names and paths. */
function compileRun(rules: readonly Rule[]): Test {
  const names = new Set<string>();
  const ends: string[] = [];
  const paths: string[] = [];
  const slow: { tokens: GlobToken[]; anchored: boolean }[] = [];
  for (const { glob, anchored } of rules) {
    if (!anchored && !/[*?[\\]/.test(glob)) {
      names.add(glob);
      continue;
    }
    const tokens = parseGlob(glob);
    if (tokens === undefined) continue;
    const stars = tokens.filter((token) => typeof token === "string").length;
    if (stars > MAX_REGEXP_STARS) slow.push({ tokens, anchored });
    else if (anchored) paths.push(anchor(tokens));
    // A name holds no slash: `*.log` is cheaper as "ends with .log".
    else ends.push(tokens[0] === "*" ? globSource(tokens.slice(1)) : anchor(tokens));
  }
  const nameTests = join(ends);
  const pathTests = join(paths);
  return (path, name) =>
    names.has(name) || nameTests.some((test) => test.test(name)) ||
    pathTests.some((test) => test.test(path)) ||
    slow.some(({ tokens, anchored }) => matchTokens(tokens, anchored ? path : name));
}

function anchor(tokens: readonly GlobToken[]): string {
  if (tokens[0] === "**/") return `(?:^|/)${globSource(tokens.slice(1))}`;
  return `^${globSource(tokens)}`;
}

/** Alternatives in few expressions, each small enough for the engine. */
function join(sources: readonly string[]): RegExp[] {
  const parts: string[] = [];
  for (const source of sources) {
    const last = parts.length - 1;
    if (last >= 0 && parts[last]!.length < MAX_SOURCE) parts[last] += `|${source}`;
    else parts.push(source);
  }
  return parts.map((part) => new RegExp(`(?:${part})$`));
}
