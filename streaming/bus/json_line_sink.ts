import { jsonLines } from "./_json_line.ts";
import { lineBatches } from "./_line_batches.ts";
import { lineFileName, type LineFiles } from "./line_files.ts";
import type { MessageSink } from "./message_log.ts";
import { Outbox, type OutboxOptions } from "./outbox.ts";
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

/**
 * Writes the messages of topics into files, one line of JSON each:
 * `{"id","topic","seq","ts","key"?,"value"?}`. A crash loses what was published in the last 5 ms and
 * not awaited with `send`; what cannot be written becomes a dead letter, with the value as its line
 * would have had it.
 */
export function createJsonLineSink(files: LineFiles, options: JsonLineSinkOptions): MessageSink {
  const { topics, nameOf = lineFileName, maxValueBytes = 2 ** 24 } = options;
  const { maxBytes = Infinity, keep = 5 } = options;
  for (const pattern of topics) checkPattern(pattern);
  const names = new Map<string, string>();
  return {
    attach({ giveUp, hasOddIds }) {
      const open = lineBatches<Message>(files, {
        nameOf({ topic }) {
          let name = names.get(topic);
          if (name === undefined) names.set(topic, name = nameOf(topic));
          return name;
        },
        lineOf: jsonLines({ maxBytes: maxValueBytes, hasOddIds }),
        itemOf: (line) => JSON.parse(line),
        maxBytes,
        keep,
      });
      const outbox = new Outbox(open, giveUp, { most: Infinity, ...options });
      const kept = new Map<string, boolean>();
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
}
