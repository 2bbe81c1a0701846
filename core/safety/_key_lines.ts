import { MASK } from "./_secret_patterns.ts";

/** What the lines before have told of those that follow: of a text, or of a stream's next piece. */
export interface KeyLineState {
  /** Whether a private key began or ended anywhere. */
  marked: boolean;
  /** The kind of PEM block that is open. */
  block: "private" | "public" | undefined;
  /** Whether the last line was masked, so that the next one belongs to the same key. */
  masking: boolean;
}

/** A line that ends in base64. */
interface Body {
  /** What stands before: blanks, a sign, a number, a path with a number. */
  readonly prefix: string;
  readonly text: string;
}

/** Lengths at which OpenSSL, OpenSSH and MIME break lines. */
const WIDTHS: readonly number[] = [64, 70, 76];

/**
 * So many lines are a key whatever stands around, unless a certificate does: of 64 letters, and
 * random but for the first, which names the kind of key.
 */
const ENOUGH = 3;

const LONG = /[A-Za-z0-9+/]{64}/;
const PRIVATE = /-----(?:BEGIN|END) [A-Z0-9 ]{0,40}PRIVATE KEY/;
const MARKER = /-----(BEGIN|END) ([A-Z0-9 ]{1,60})-----/;
const HEADER = /\b(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset): /;
const BODY =
  /^([> \t]*|[+-][ \t]*|[> \t]*\d{1,9}[:|\t-][ \t]*|.{1,512}[:-]\d{1,9}[:-][ \t]*)([A-Za-z0-9+/]{2,76}={0,2})\s*$/;

/** Longer lines are no key's. */
const MAX_LINE = 640;

/** Nothing is known. */
export function newKeyLineState(): KeyLineState {
  return { marked: false, block: undefined, masking: false };
}

/** Whether a text may hold lines of a key: quick, and seldom wrong. */
export function mayHoldKeyLines(text: string, { block, masking }: KeyLineState): boolean {
  return masking || block !== undefined || text.includes("-----") || LONG.test(text);
}

/**
 * Masks what are lines of a private key though its first line is missing, or stands apart because
 * each line has a path or a number before it: a run of full lines of base64, if a private key begins
 * or ends anywhere, or if there are three of 64 random letters. What stands in a block of another
 * kind is public.
 *
 * @param state changed to what this text tells of the next one.
 * @param original what the text was before whole keys were taken out of it.
 * @returns as many lines.
 */
export function maskKeyLines(text: string, state: KeyLineState, original: string = text): string {
  state.marked ||= PRIVATE.test(original);
  const lines = text.split("\n");
  const masked = [...lines];
  for (let at = 0; at < lines.length;) {
    const end = endOfRun(lines, at, state);
    if (end === at) {
      passLine(lines[at++]!, state);
      continue;
    }
    state.masking = isSecret(lines, at, end, state);
    for (; at < end; at++) {
      if (state.masking) masked[at] = `${bodyOf(lines[at])!.prefix}${MASK}`;
    }
  }
  return masked.join("\n");
}

/** Where the lines begin with which a text ends and that may be of a key; its length for none. */
export function startOfLastRun(text: string): number {
  let start = text.length;
  for (let end = text.length; end > 0;) {
    const from = end < 2 ? 0 : text.lastIndexOf("\n", end - 2) + 1;
    const body = end - from > MAX_LINE ? undefined : bodyOf(text.slice(from, end));
    if (body === undefined) break;
    if (body.text.endsWith("=") || isFull(body)) start = from;
    end = from;
  }
  return start;
}

/** The line after the last of a key's lines; the same one when none begins there. */
function endOfRun(lines: readonly string[], at: number, { masking }: KeyLineState): number {
  let end = at;
  while (isFull(bodyOf(lines[end]))) end++;
  const last = bodyOf(lines[end]);
  if (last === undefined) return end;
  const padded = last.text.endsWith("=");
  const closes = PRIVATE.test(lines[end + 1] ?? "");
  if (end === at && !masking) return padded && closes ? end + 1 : end;
  return padded || closes || isVaried(last.text) ? end + 1 : end;
}

function isSecret(
  lines: readonly string[],
  at: number,
  end: number,
  { block, masking, marked }: KeyLineState,
): boolean {
  const [, edge, name = ""] = MARKER.exec(lines[end] ?? "") ?? [];
  const around = edge === "END" ? kindOf(name) : block;
  if (around !== undefined || masking) return around !== "public";
  const run = lines.slice(at, end).map(bodyOf).filter(isFull);
  if (marked && run.length >= 2) return true;
  return run.length >= ENOUGH && run.filter(isRandom).length >= ENOUGH - 1;
}

function passLine(line: string, state: KeyLineState): void {
  if (line.trim() === "") return;
  const [, edge, name = ""] = MARKER.exec(line) ?? [];
  if (edge === "BEGIN") state.block = kindOf(name);
  else if (!HEADER.test(line)) state.block = undefined;
  state.masking = false;
}

function kindOf(name: string): "private" | "public" {
  return name.includes("PRIVATE KEY") ? "private" : "public";
}

function bodyOf(line: string | undefined): Body | undefined {
  if (line === undefined || line.length > MAX_LINE) return undefined;
  if (!/[A-Za-z0-9+/=]/.test(line.trimEnd().at(-1) ?? "")) return undefined;
  const [, prefix, text] = BODY.exec(line) ?? [];
  if (prefix === undefined || text === undefined) return undefined;
  // The sign of an added line is also a letter of base64.
  const signed = prefix === "" && text.startsWith("+") && WIDTHS.includes(text.length - 1);
  return signed ? { prefix: "+", text: text.slice(1) } : { prefix, text };
}

function isFull(body: Body | undefined): body is Body {
  return body !== undefined && WIDTHS.includes(body.text.length) && isVaried(body.text);
}

/** As base64 of random bytes is, and hexadecimal or a word is not. */
function isVaried(text: string): boolean {
  const few = text.length < 32 ? 1 : 16;
  return /[A-Z]/.test(text) && /[a-z]/.test(text) && /\d/.test(text) && new Set(text).size >= few;
}

/** Random letters change their kind 41 times in 64, give or take 4; long names half as often. */
function isRandom({ text }: Body): boolean {
  return text.length === 64 && text.match(/[A-Z]+|[a-z]+|\d+|[+/=]+/g)!.length >= 27;
}
