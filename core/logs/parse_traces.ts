/** A place in code that a log names. */
export interface TraceFrame {
  /** As the log has it: absolute, relative, or `com/acme/App.java` from a Java frame. */
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
}

/** An error in a log with the places it came through. */
export interface Trace {
  /** The line that names the error, trimmed; empty when none is near. */
  readonly error: string;
  /** Line of the log the frames start at, from 1. */
  readonly at: number;
  /** Innermost first. */
  readonly frames: readonly TraceFrame[];
}

const MAX_LINE = 2_000;
const MAX_FRAMES = 64;

const PYTHON = /\bFile "([^"]+)", line (\d+)/;
const JAVA =
  /\bat (?:[\w.$-]+\/)*((?:[\w$]+\.)+)[\w$]+\.[\w$<>]+\(([\w$]+\.(?:java|kt|scala|groovy)):(\d+)\)/;
const SCRIPT =
  /\bat (?:[^()]{0,200}\()?(?:file:\/\/)?((?:[A-Za-z]:)?[^\s():<>"]+\.\w{1,5}):(\d+):\d+\)?$/;
const GO = /^\s+(\S+\.go):(\d+)(?: \+0x[0-9a-f]+)?$/;
const RUST = /panicked at (?:'.*', )?([^\s:']+\.rs):(\d+):\d+/;
const PLAIN =
  /^(?:\s*--> |\S{0,30}error\S{0,10}\s+)?([\w@./\\-]+\.\w{1,5}):(\d+)(?::\d+)?(?::|$|\s)/i;

const ERROR_LINE =
  /\w+(Error|Exception|Exit|Interrupt|Warning)\b|\bpanic(ked)?\b|\berror\b|\bFAIL|\bassert/i;

/**
 * Finds stack traces and `file:line` messages of Python, JavaScript, Java, Go and Rust programs
 * and their compilers.
 *
 * @param text the log.
 * @returns the traces in the order of the log.
 *
 * @example
 * ```ts
 * import { parseTraces } from "@dspy/code/core/logs";
 * import assert from "node:assert/strict";
 *
 * const [trace] = parseTraces("TypeError: x\n    at load (/app/src/a.ts:3:7)\n");
 * assert.deepEqual(trace, {
 *   error: "TypeError: x",
 *   at: 2,
 *   frames: [{ file: "/app/src/a.ts", line: 3 }],
 * });
 * ```
 */
export function parseTraces(text: string): Trace[] {
  const lines = text.split(/\r?\n/);
  const traces: Trace[] = [];
  for (let i = 0; i < lines.length; i++) {
    const first = frameOf(lines[i]!);
    if (!first) continue;
    const found = first.kind === "outer" ? readPython(lines, i) : readInner(lines, i);
    traces.push(found.trace);
    i = found.end - 1;
  }
  return traces;
}

/** `outer`: the frames start at the outermost call and the error ends them, as in Python. */
interface Found extends TraceFrame {
  readonly kind: "outer" | "inner" | "message";
}

function frameOf(line: string): Found | undefined {
  if (line.length > MAX_LINE || !/:\d|line \d/.test(line)) return undefined;
  const python = PYTHON.exec(line);
  if (python) return { kind: "outer", file: python[1]!, line: Number(python[2]) };
  const java = JAVA.exec(line);
  if (java) {
    const folder = java[1]!.replaceAll(".", "/");
    return { kind: "inner", file: folder + java[2]!, line: Number(java[3]) };
  }
  const inner = SCRIPT.exec(line) ?? GO.exec(line);
  if (inner) return { kind: "inner", file: inner[1]!, line: Number(inner[2]) };
  const message = RUST.exec(line) ?? PLAIN.exec(line);
  return message ? { kind: "message", file: message[1]!, line: Number(message[2]) } : undefined;
}

function readPython(lines: readonly string[], start: number): { trace: Trace; end: number } {
  const frames: TraceFrame[] = [];
  let end = start;
  for (; end < lines.length; end++) {
    const frame = frameOf(lines[end]!);
    if (frame?.kind === "outer") frames.push({ file: frame.file, line: frame.line });
    else if (!isInside(lines[end]!)) break;
  }
  const error = end < lines.length ? lines[end]!.trim() : "";
  return { trace: { error, at: start + 1, frames: frames.reverse().slice(0, MAX_FRAMES) }, end };
}

/** Source lines, carets and blanks between Python's frames. */
function isInside(line: string): boolean {
  return /^(\S+\s+\|)?\s{2,}|^\s*$/.test(line);
}

function readInner(lines: readonly string[], start: number): { trace: Trace; end: number } {
  const frames: TraceFrame[] = [];
  let end = start;
  for (let gap = 0; end < lines.length && gap < 2; end++) {
    const frame = frameOf(lines[end]!);
    if (frame === undefined) {
      if (beginsAnother(lines[end]!)) break;
      gap++;
      continue;
    }
    if (frame.kind === "outer" || (frame.kind === "message" && end > start)) break;
    gap = 0;
    frames.push({ file: frame.file, line: frame.line });
    if (frame.kind === "message") return { trace: message(lines, start, frames), end: end + 1 };
  }
  const error = errorBefore(lines, start);
  return { trace: { error, at: start + 1, frames: frames.slice(0, MAX_FRAMES) }, end };
}

/** A line that names the next error, where traces follow each other; causes belong to the first. */
function beginsAnother(line: string): boolean {
  return line.length <= MAX_LINE && ERROR_LINE.test(line) &&
    !/^\s*(?:Caused by|Suppressed|\[cause\])|^\s/.test(line);
}

function message(lines: readonly string[], start: number, frames: TraceFrame[]): Trace {
  const own = lines[start]!.trim();
  const error = ERROR_LINE.test(own) ? own : errorBefore(lines, start) || own;
  return { error, at: start + 1, frames };
}

/** The nearest line above that names an error. */
function errorBefore(lines: readonly string[], start: number): string {
  for (let i = start - 1; i >= Math.max(0, start - 6); i--) {
    const line = lines[i]!;
    if (line.length <= MAX_LINE && ERROR_LINE.test(line)) return line.trim();
  }
  return "";
}
