import { posix } from "node:path";
import type { Files } from "../../core/workspace/files.ts";
import { definesAt } from "./_defines_at.ts";
import { fileRole } from "./file_role.ts";
import type { Term } from "./task_terms.ts";

/** A line that speaks of what the task is about. */
export interface EvidenceLine {
  /** Counts from 1. */
  readonly line: number;
  /** Trimmed, cut at 120 characters. */
  readonly text: string;
  /** The term it has. */
  readonly term: string;
  /** Name that is defined here, if one is. */
  readonly defines?: string;
}

/** A file that speaks of what the task is about. */
export interface FileEvidence {
  readonly path: string;
  /** Higher is nearer to the task. */
  readonly score: number;
  /** Definitions first, then in order; at most five. */
  readonly lines: readonly EvidenceLine[];
  /** The task's terms that the file or its name has. */
  readonly terms: readonly string[];
}

/** What a search of the repository brought. */
export interface Evidence {
  /** Best first, ties by path. */
  readonly files: readonly FileEvidence[];
  /** Number of files with each term. */
  readonly spread: ReadonlyMap<string, number>;
  /** Texts of the files that were read, by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** True when the repository is too large to have been read as a whole. */
  readonly partial: boolean;
}

/** Options of {@linkcode findEvidence}. */
export interface EvidenceOptions {
  /** Larger files are skipped. Bytes; default 1,000,000. */
  readonly maxFileBytes?: number;
  readonly signal?: AbortSignal;
}

const MAX_CHARS = 96 * 1024 * 1024;
const MAX_HITS = 300;
const MAX_LINES = 5;
/** What the definition of the very name says more than one that has it somewhere. */
const EXACT = 2;

/** What one file has of one term. */
interface TermHits {
  count: number;
  /** How much of the file's name it is, from 0 to 1. */
  inName: number;
  lines: EvidenceLine[];
}

/**
 * Searches names and contents of files for a task's terms. A definition counts more than a mention,
 * a rare term more than one that is everywhere.
 *
 * @param files the files of the workspace.
 * @param paths those to search.
 * @param terms of the task.
 */
export async function findEvidence(
  files: Files,
  paths: readonly string[],
  terms: readonly Term[],
  { maxFileBytes = 1_000_000, signal }: EvidenceOptions = {},
): Promise<Evidence> {
  const texts = new Map<string, string>();
  const found = new Map<string, Map<Term, TermHits>>();
  let room = MAX_CHARS;
  for (const path of paths) {
    signal?.throwIfAborted();
    if (room <= 0) break;
    const generated = fileRole(path) === "generated";
    const text = generated ? undefined : await readSmall(files, path, maxFileBytes);
    if (text !== undefined) texts.set(path, text);
    room -= text?.length ?? 0;
    const hits = hitsOf(path, text ?? "", terms);
    if (hits.size > 0) found.set(path, hits);
  }
  const spread = new Map(terms.map((term): [string, number] => [
    term.text,
    [...found.values()].filter((hits) => hits.has(term)).length,
  ]));
  const ranked = [...found].map(([path, hits]) => rate(path, hits, spread, paths.length))
    .sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
  return { files: ranked, spread, texts, partial: room <= 0 };
}

async function readSmall(
  files: Files,
  path: string,
  maxBytes: number,
): Promise<string | undefined> {
  // Too large, binary, unreadable or gone: such a file is no evidence.
  return await files.readText(path, { maxBytes }).catch(() => undefined);
}

function hitsOf(path: string, text: string, terms: readonly Term[]): Map<Term, TermHits> {
  const hits = new Map<Term, TermHits>();
  for (const term of terms) {
    const inName = shareOfName(path, term);
    // A name without the exact word cannot have it in a longer form: most files end here, cheaply.
    if (inName === 0 && !term.regex.test(text)) continue;
    hits.set(term, { inName, ...search(text, term) });
  }
  return hits;
}

function shareOfName(path: string, { kind, regex, text }: Term): number {
  if (kind === "path") return path.endsWith(text) ? 1 : regex.test(path) ? 0.5 : 0;
  const name = posix.basename(path).replace(/(?<=.)\..*$/, "").replace(/^test_|_(test|spec)$/, "");
  const match = regex.exec(name);
  return match ? Math.min(1, Math.max(match[0].length, text.length) / name.length) : 0;
}

function search(text: string, term: Term): { count: number; lines: EvidenceLine[] } {
  const lines: EvidenceLine[] = [];
  let count = 0;
  let line = 1;
  let counted = 0;
  let lastLine = 0;
  for (const { index } of text.matchAll(new RegExp(term.regex, `g${term.regex.flags}`))) {
    if (++count > MAX_HITS) break;
    for (
      let at = text.indexOf("\n", counted);
      at >= 0 && at < index;
      at = text.indexOf("\n", counted)
    ) {
      line++;
      counted = at + 1;
    }
    if (line === lastLine) continue;
    lastLine = line;
    const end = text.indexOf("\n", index);
    const whole = text.slice(counted, end < 0 ? undefined : end);
    const defines = definesAt(whole, index - counted);
    const shown = { line, text: whole.trim().slice(0, 120), term: term.text };
    if (defines !== undefined) lines.push({ ...shown, defines });
    else if (lines.length < MAX_LINES) lines.push(shown);
  }
  return { count, lines: lines.sort(definitionsFirst).slice(0, MAX_LINES) };
}

function definitionsFirst(a: EvidenceLine, b: EvidenceLine): number {
  return Number(b.defines !== undefined) - Number(a.defines !== undefined) || a.line - b.line;
}

function rate(
  path: string,
  hits: ReadonlyMap<Term, TermHits>,
  spread: ReadonlyMap<string, number>,
  total: number,
): FileEvidence {
  let score = 0;
  for (const [term, { count, inName, lines }] of hits) {
    const rarity = Math.log(1 + total / Math.max(1, spread.get(term.text)!));
    const mentions = count === 0 ? 0 : 1 + 0.3 * Math.min(4, Math.log2(count));
    score += term.weight * rarity * (mentions + definition(term, lines) + 7 * inName ** 2);
  }
  const all = [...hits.keys()];
  const top = Math.max(...all.map((term) => term.weight));
  const telling = all.filter((term) => term.weight >= top / 2)
    .sort((a, b) => b.weight - a.weight);
  const rank = new Map(telling.map((term, i) => [term.text, i]));
  const nearest = (a: EvidenceLine, b: EvidenceLine) =>
    likeness(b) - likeness(a) || rank.get(a.term)! - rank.get(b.term)! || a.line - b.line;
  // A line is shown for the term that says most of it.
  const lines = new Map(
    telling.flatMap((term) => hits.get(term)!.lines).sort(nearest).reverse()
      .map((line) => [line.line, line] as const),
  );
  return {
    path,
    score,
    lines: [...lines.values()].sort(nearest).slice(0, MAX_LINES),
    terms: all.map((term) => term.text),
  };
}

/** How much of the name that a line defines is the term: 1 for all, 0 for a line without a name. */
function likeness({ term, defines }: EvidenceLine): number {
  if (defines === undefined) return 0;
  const letters = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, "").length;
  return Math.min(1, letters(term) / Math.max(1, letters(defines)));
}

/** More for a name that is the term than for one that has it somewhere. */
function definition({ text }: Term, lines: readonly EvidenceLine[]): number {
  const names = lines.flatMap(({ defines }) => defines ?? []);
  if (names.length === 0) return 0;
  const share = Math.max(...names.map((name) => Math.min(1, text.length / name.length)));
  return 1 + 2 * share + (names.includes(text) ? EXACT : 0);
}
