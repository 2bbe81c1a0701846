import { sha256 } from "../workspace/sha256.ts";
import { openPrivate, privateFolder, readPrivate } from "./_private_file.ts";
import type { Receipt, StoredReceipt } from "./receipt.ts";
import { createRedactor, redactJson } from "./redact.ts";

/** Options of {@linkcode appendReceipt}. */
export interface AppendOptions {
  /** Values that must not be written. Known forms of secrets are masked in any case. */
  readonly secrets?: readonly string[];
}

/** What {@linkcode verifyReceipts} found. */
export type Verification =
  | { readonly ok: true; readonly count: number }
  | {
    readonly ok: false;
    readonly count: number;
    /** The first line that does not fit, from 1. */
    readonly line: number;
    readonly why: string;
  };

const FIRST = "0".repeat(64);

/** A receipt is shorter than this: what is longer is cut in its texts. Bytes. */
const MAX_LINE = 64 * 1024;

/** Longest text of one field, in characters. */
const MAX_TEXT = 8 * 1024;

/**
 * Appends a receipt to a workspace's log, `audit.jsonl`, mode 0600. Each line carries the hash of
 * the one before. Several launchers may append at once; a line that a killed one left unfinished
 * is cut off, and the next receipt is preceded by one that says so (`rule` `audit.repaired`).
 *
 * The chain shows a changed, removed or inserted line. It does not show that lines at the very end
 * were removed: nothing in the file knows how long it was.
 *
 * @param dir the workspace's `stateDir`; made when it is not there.
 */
export async function appendReceipt(
  dir: string,
  receipt: Receipt,
  { secrets = [] }: AppendOptions = {},
): Promise<StoredReceipt> {
  await privateFolder(dir);
  using file = await openPrivate(fileIn(dir));
  await file.lock(true);
  const tail = await readTail(file);
  if (tail.cut > 0) {
    await file.truncate(tail.end);
    const note = { ...repaired(receipt.session, tail.cut), prev: tail.prev };
    tail.prev = await writeLine(file, tail, note);
  }
  const clean = redactJson(shorten(receipt), createRedactor([...secrets]));
  const stored: StoredReceipt = { v: 1, ts: Date.now(), ...clean, prev: tail.prev };
  await writeLine(file, tail, stored);
  return stored;
}

/**
 * Reads the receipts of a workspace, oldest first; lines that are none are passed over.
 *
 * @param session only those of this session.
 */
export async function readReceipts(dir: string, session?: string): Promise<StoredReceipt[]> {
  const receipts = (await readLines(dir)).flatMap((line) => parse(line) ?? []);
  return session === undefined ? receipts : receipts.filter((one) => one.session === session);
}

/** Checks the chain of a workspace's log; a log that does not exist is whole. */
export async function verifyReceipts(dir: string): Promise<Verification> {
  const lines = await readLines(dir);
  let prev = FIRST;
  for (const [i, line] of lines.entries()) {
    const broken = (why: string): Verification => ({ ok: false, count: i, line: i + 1, why });
    const receipt = parse(line);
    if (receipt === undefined) return broken("the line is no receipt");
    if (receipt.prev !== prev) return broken("the line before it was changed, removed or inserted");
    prev = await hash(line);
  }
  return { ok: true, count: lines.length };
}

interface Tail {
  /** Where the last whole line ends, in bytes. */
  end: number;
  /** Hash of the last whole line. */
  prev: string;
  /** Bytes of an unfinished line after it. */
  readonly cut: number;
}

async function readTail(file: Deno.FsFile): Promise<Tail> {
  const { size } = await file.stat();
  const start = Math.max(0, size - 2 * MAX_LINE);
  const bytes = new Uint8Array(size - start);
  await file.seek(start, Deno.SeekMode.Start);
  for (let at = 0; at < bytes.length;) at += await file.read(bytes.subarray(at)) ?? bytes.length;
  const end = bytes.lastIndexOf(0x0a) + 1;
  const before = end === 0 ? 0 : bytes.lastIndexOf(0x0a, end - 2) + 1;
  const line = new TextDecoder().decode(bytes.subarray(before, Math.max(before, end - 1)));
  return { end: start + end, prev: end === 0 ? FIRST : await hash(line), cut: bytes.length - end };
}

/** Writes a line at the end; returns its hash. */
async function writeLine(file: Deno.FsFile, tail: Tail, receipt: StoredReceipt): Promise<string> {
  const line = JSON.stringify(receipt);
  const bytes = new TextEncoder().encode(line + "\n");
  await file.seek(tail.end, Deno.SeekMode.Start);
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  tail.end += bytes.length;
  return await hash(line);
}

function repaired(session: string, bytes: number): Omit<StoredReceipt, "prev"> {
  return {
    v: 1,
    ts: Date.now(),
    session,
    tool: "audit",
    what: "an unfinished line was cut off",
    verdict: "allow",
    rule: "audit.repaired",
    granted: "",
    bytes,
  };
}

function shorten(receipt: Receipt): Receipt {
  return Object.fromEntries(
    Object.entries(receipt).map(([key, value]) => [
      key,
      typeof value === "string" && value.length > MAX_TEXT
        ? `${value.slice(0, MAX_TEXT)}\u2026`
        : value,
    ]),
  ) as unknown as Receipt;
}

async function readLines(dir: string): Promise<string[]> {
  const text = await readPrivate(fileIn(dir)) ?? "";
  const lines = text.split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

function parse(line: string): StoredReceipt | undefined {
  try {
    const value = JSON.parse(line);
    return value?.v === 1 && typeof value.prev === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function hash(line: string): Promise<string> {
  return sha256(new TextEncoder().encode(line));
}

function fileIn(dir: string): string {
  return `${dir}/audit.jsonl`;
}
