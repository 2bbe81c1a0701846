import { LineBytes } from "./_line_bytes.ts";
import type { LineFiles } from "./line_files.ts";
import type { Batch } from "./outbox.ts";

/** How items become lines of files. */
export interface LineForm<T> {
  /** Name of the file. */
  nameOf(item: T): string;
  /** The line with its end; throws when it can never be one. */
  lineOf(item: T): string;
  /** Back, from the line without its end. */
  itemOf(line: string, name: string): T;
  /** Bytes above which a file is moved away. */
  readonly maxBytes: number;
  /** How many such are kept. */
  readonly keep: number;
}

/** Characters above which a batch takes no more. */
const FULL = 7 << 20;
/** Buffers that are used again, and the bytes of the largest such. */
const [SPARE, MOST_SPARE] = [4, 8 << 20];

/**
 * Makes batches of lines. Items become lines when they are added, and wait as such: a backlog of
 * objects would be copied by the garbage collector again and again.
 */
export function lineBatches<T>(
  files: LineFiles,
  { nameOf, lineOf, itemOf, maxBytes, keep }: LineForm<T>,
): () => Batch<T> {
  const spare: LineBytes[] = [];
  const takeBack = (lines: LineBytes) => {
    lines.clear();
    if (lines.capacity > MOST_SPARE) return;
    // The largest is used first, and the smallest goes.
    spare.push(lines);
    spare.sort((a, b) => a.capacity - b.capacity);
    if (spare.length > SPARE) spare.shift();
  };
  return () => {
    /** By name, as long as they are not written. */
    const parts = new Map<string, LineBytes>();
    let name: string | undefined;
    let lines: LineBytes | undefined;
    let size = 0;
    return {
      add(item) {
        const line = lineOf(item);
        const its = nameOf(item);
        if (its !== name || lines === undefined) {
          name = its;
          lines = parts.get(name);
          if (lines === undefined) parts.set(name, lines = spare.pop() ?? new LineBytes());
        }
        lines.add(line);
        size += line.length;
        return size < FULL;
      },
      async write() {
        for (const [name, lines] of parts) {
          const size = await files.append(name, lines.bytes());
          // When another file fails, and all is tried again, this one has its part.
          parts.delete(name);
          takeBack(lines);
          if (size > maxBytes) await rotate(name);
        }
      },
      unwritten: () =>
        [...parts].flatMap(([name, lines]) => lines.texts().map((line) => itemOf(line, name))),
      isWritten: (item) => !parts.has(nameOf(item)),
    };
  };

  /** The lines are kept; what cannot be moved away is tried again with the next ones. */
  async function rotate(name: string): Promise<void> {
    try {
      await files.rotate(name, maxBytes, keep);
    } catch {
      // As said.
    }
  }
}
