import { letterLine } from "./_letter_line.ts";
import type { DeadLetter, DeadLetterWriter } from "./dead_letter.ts";
import type { LineFiles } from "./line_files.ts";
import { LineWriter, type LineWriterOptions } from "./line_writer.ts";
import type { PublishOptions } from "./types.ts";

/** Options of {@linkcode openDeadLetterFile}. */
export interface DeadLetterFileOptions extends LineWriterOptions {
  /** Name of the file. Default `dlq.jsonl`. */
  readonly name?: string;
  /** Bytes of a value at most, about; of a larger one only the beginning is kept. Default 1 MiB. */
  readonly maxValueBytes?: number;
  /** The time in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** Which dead letters are meant; all that is given must hold. */
export interface DeadLetterFilter {
  /** Of this topic. */
  readonly topic?: string;
  /** Whose reason begins so. */
  readonly reason?: string;
  /** For this group. */
  readonly group?: string;
  /** Given up at this time or later, in seconds since the epoch. */
  readonly since?: number;
  /** Given up at this time or before, in seconds since the epoch. */
  readonly until?: number;
  /** Only these. */
  readonly ids?: readonly string[];
  /** The oldest so many. Default all. */
  readonly limit?: number;
}

/** A dead letter as it was read back. */
export interface KeptLetter extends DeadLetter {
  /** Why its value is not there. */
  readonly unkept?: string;
  /** How a text began that is not there. */
  readonly preview?: string;
}

/** What {@linkcode DeadLetterFile.redrive} did. */
export interface Redriven {
  /** Messages published again. */
  readonly sent: number;
  /** Letters that stay: their value was not kept, or it could not be sent. */
  readonly left: readonly { readonly id: string; readonly why: string }[];
}

/** Publishes a message again, as `send` of a bus does. */
export type Resend = (topic: string, value: unknown, options: PublishOptions) => Promise<unknown>;

/** Dead letters in a file. */
export interface DeadLetterFile extends DeadLetterWriter {
  /** Waits until all that was taken in is written, or cannot be. */
  flush(): Promise<void>;
  /** Letters that were not sent again, oldest first. */
  list(filter?: DeadLetterFilter): Promise<KeptLetter[]>;
  /**
   * Publishes messages again, with their ids and keys, and marks their letters. All readers of the
   * topic get them: those who had them know them by their ids. What a crash keeps from being marked
   * is sent once more.
   */
  redrive(filter: DeadLetterFilter, send: Resend): Promise<Redriven>;
  /** Letters of this process that could not be written. */
  readonly lost: number;
}

/**
 * Opens the dead letters of a folder: lines of JSON, appended in batches, moved away at 10 MB. A
 * crash loses what came in the last 5 ms; a killed process nothing that was written.
 *
 * @example
 * ```ts
 * import { createLocalBus, openDeadLetterFile } from "@dspy/code/streaming/bus";
 * import { openFileLines } from "@dspy/code/streaming/logs";
 * import assert from "node:assert/strict";
 *
 * const folder = await Deno.makeTempDir();
 * const deadLetters = openDeadLetterFile(openFileLines(`${folder}/.dspy_reports`));
 * const bus = createLocalBus({ deadLetters });
 * const stop = bus.subscribe("orders", () => {
 *   throw new Error("not today");
 * });
 * bus.publish("orders", 7);
 * assert.equal((await deadLetters.list())[0]?.reason, "subscriber_error: not today");
 *
 * await stop.close();
 * const orders = bus.subscribe("orders");
 * await deadLetters.redrive({ topic: "orders" }, bus.send.bind(bus));
 * assert.equal((await orders.get())?.value, 7);
 * assert.deepEqual(await deadLetters.list(), []);
 * await bus.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function openDeadLetterFile(
  files: LineFiles,
  options: DeadLetterFileOptions = {},
): DeadLetterFile {
  const { name = "dlq.jsonl", maxValueBytes = 2 ** 20, keep = 5, now = Date.now } = options;
  const writer = new LineWriter(files, { ...options, keep });

  return {
    write: (letter) => writer.push(name, () => letterLine(letter, maxValueBytes)),
    flush: () => writer.flush(),
    list,
    async redrive(filter, send) {
      const left: { id: string; why: string }[] = [];
      const letters = await list(filter);
      for (const { id, topic, message, unkept } of letters) {
        const { key, value } = message;
        try {
          if (unkept !== undefined) throw new Error(unkept);
          await send(topic, value, { id: message.id, ...key !== undefined && { key } });
        } catch (error) {
          left.push({ id, why: error instanceof Error ? error.message : String(error) });
          continue;
        }
        const mark = { redriven: id, ts: now() / 1000 };
        writer.push(name, () => JSON.stringify(mark));
      }
      await writer.flush();
      return { sent: letters.length - left.length, left };
    },
    get lost() {
      return writer.lost;
    },
  };

  async function list(filter: DeadLetterFilter = {}): Promise<KeptLetter[]> {
    await writer.flush();
    const open = new Map<string, KeptLetter>();
    for (let age = keep; age >= 0; age--) {
      for await (const line of files.lines(age === 0 ? name : `${name}.${age}`)) {
        const entry = parse(line);
        if (entry === undefined) continue;
        if ("redriven" in entry) open.delete(entry.redriven);
        else open.set(entry.id, entry);
      }
    }
    return [...open.values()].filter((letter) => isMeant(letter, filter)).slice(0, filter.limit);
  }
}

function isMeant(letter: KeptLetter, filter: DeadLetterFilter): boolean {
  const { topic, reason, group, since, until, ids } = filter;
  return (topic === undefined || letter.topic === topic) &&
    (reason === undefined || letter.reason.startsWith(reason)) &&
    (group === undefined || letter.group === group) &&
    (since === undefined || letter.ts >= since) &&
    (until === undefined || letter.ts <= until) &&
    (ids === undefined || ids.includes(letter.id));
}

/** What a line says; undefined for one that a crash cut off, or of another kind. */
function parse(line: string): KeptLetter | { readonly redriven: string } | undefined {
  try {
    const entry = JSON.parse(line);
    if (typeof entry?.redriven === "string") return entry;
    const { id, topic, reason, message } = entry ?? {};
    const isLetter = [id, topic, reason].every((part) => typeof part === "string");
    return isLetter && typeof message?.id === "string" ? entry : undefined;
  } catch {
    return undefined;
  }
}
