import { AppendOnce } from "./_append_once.ts";
import { jsonLines } from "./_json_line.ts";
import { LineBytes } from "./_line_bytes.ts";
import { lineFileName, type LineFiles } from "./line_files.ts";
import type { MessageSink } from "./message_log.ts";
import { Outbox, type OutboxOptions, type Unkept } from "./outbox.ts";
import { checkPattern, fits } from "./topic.ts";
import type { Message } from "./types.ts";

/** Options of {@linkcode createJsonLineSink}. */
export interface JsonLineSinkOptions extends OutboxOptions {
  /** Topics that are written; may hold wildcards. */
  readonly topics: readonly string[];
  /** Name of the file of a topic. Default {@linkcode lineFileName}. */
  readonly nameOf?: (topic: string) => string;
  /** Bytes of a value at most, about; a larger one becomes a dead letter. Default 16 MiB. */
  readonly maxValueBytes?: number;
  /** Bytes above which a file is moved away. Default: never. */
  readonly maxBytes?: number;
  /** Files kept that were moved away. Default 5. */
  readonly keep?: number;
}

/** Buffers that are used again, and the bytes of the largest such. */
const [SPARE, MOST_SPARE] = [4, 4 << 20];

/**
 * Writes the messages of topics into files, one line of JSON each:
 * `{"id","topic","seq","ts","key"?,"value"?}`. A crash loses what was published in the last 5 ms and
 * not awaited with `send`; what cannot be written becomes a dead letter.
 */
export function createJsonLineSink(files: LineFiles, options: JsonLineSinkOptions): MessageSink {
  const { topics, nameOf = lineFileName, maxValueBytes = 2 ** 24 } = options;
  const { maxBytes = Infinity, keep = 5 } = options;
  for (const pattern of topics) checkPattern(pattern);
  const lineOf = jsonLines(maxValueBytes);
  const spare: LineBytes[] = [];
  const appender = new AppendOnce(files, { maxBytes, keep });
  return {
    attach(bus) {
      const kept = new Map<string, boolean>();
      const outbox = new Outbox<Message>(write, bus.giveUp, { most: 8192, ...options });
      return {
        keeps(topic) {
          let keeps = kept.get(topic);
          if (keeps === undefined) {
            kept.set(topic, keeps = topics.some((pattern) => fits(pattern, topic)));
          }
          return keeps;
        },
        push: (message) => outbox.push(message),
        kept: (message) => outbox.kept(message),
        flush: () => outbox.flush(),
        health: () => outbox.health(),
      };
    },
  };

  async function write(batch: readonly Message[]): Promise<readonly Unkept<Message>[]> {
    const unkept: Unkept<Message>[] = [];
    const all = new Map<string, LineBytes>();
    let topic: string | undefined;
    let lines: LineBytes | undefined;
    for (const message of batch) {
      if (message.topic !== topic || lines === undefined) {
        topic = message.topic;
        const name = nameOf(topic);
        lines = all.get(name);
        if (lines === undefined) all.set(name, lines = spare.pop() ?? new LineBytes());
      }
      try {
        lines.add(lineOf(message));
      } catch (error) {
        unkept.push({ item: message, error });
      }
    }
    await appender.append(batch, [...all].map(([name, lines]) => [name, lines.take()]));
    for (const lines of all.values()) {
      if (lines.capacity <= MOST_SPARE && spare.length < SPARE) spare.push(lines);
    }
    return unkept;
  }
}
