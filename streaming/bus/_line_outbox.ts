import { LineBytes } from "./_line_bytes.ts";
import type { LineFiles } from "./line_files.ts";
import { type Batch, Outbox, type OutboxOptions } from "./outbox.ts";

/** Options of a {@linkcode LineOutbox}. */
export interface LineOutboxOptions extends OutboxOptions {
  /** Bytes above which a file is moved away. */
  readonly maxBytes: number;
  /** How many are kept. */
  readonly keep: number;
}

/** An item and its line. */
export interface LineForm<T> {
  /** With its end; throws when it can never be one. */
  lineOf(item: T): string;
  /** Back, from the line without its end. */
  itemOf(line: string): T;
}

/** Bytes above which a batch takes no more. */
const FULL = 7 << 20;
/** Buffers that are used again, and the bytes of the largest such. */
const [SPARE, MOST_SPARE] = [2, 8 << 20];

/**
 * Makes outboxes of the files of a folder. Items become lines before their turn comes, and are kept
 * as such: a backlog of objects would be copied by the garbage collector again and again.
 */
export function lineOutboxes<T>(
  files: LineFiles,
  { lineOf, itemOf }: LineForm<T>,
  giveUp: (item: T, error: unknown) => void,
  options: LineOutboxOptions,
): (name: string) => Outbox<T> {
  const { maxBytes, keep } = options;
  const spare: LineBytes[] = [];
  return (name) => {
    const open = (): Batch<T> => {
      const lines = spare.pop() ?? new LineBytes();
      return {
        add(item) {
          lines.add(lineOf(item));
          return lines.length < FULL;
        },
        items: () => lines.texts().map(itemOf),
        async write() {
          const size = lines.length === 0 ? 0 : await files.append(name, lines.bytes());
          lines.clear();
          if (lines.capacity <= MOST_SPARE) spare.push(lines);
          // The larger ones are kept, and the largest is used first.
          spare.sort((a, b) => a.capacity - b.capacity).splice(0, spare.length - SPARE);
          // The lines are kept; what could not be moved away is tried again with the next ones.
          if (size > maxBytes) await files.rotate(name, maxBytes, keep).catch(() => {});
        },
      };
    };
    return new Outbox(open, giveUp, { most: Infinity, ...options });
  };
}
