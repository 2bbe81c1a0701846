import { jsonLines } from "./_json_line.ts";
import { lineOutboxes } from "./_line_outbox.ts";
import { lineFileName, type LineFiles } from "./line_files.ts";
import type { MessageSink } from "./message_log.ts";
import type { Outbox, OutboxOptions } from "./outbox.ts";
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
  return {
    attach({ giveUp, hasOddIds }) {
      const form = {
        lineOf: jsonLines({ maxBytes: maxValueBytes, hasOddIds }),
        itemOf: (line: string): Message => JSON.parse(line),
      };
      const open = lineOutboxes(files, form, giveUp, { ...options, maxBytes, keep });
      const byName = new Map<string, Outbox<Message>>();
      const byTopic = new Map<string, Outbox<Message> | undefined>();
      const find = (topic: string) => {
        if (!topics.some((pattern) => fits(pattern, topic))) return undefined;
        const name = nameOf(topic);
        const outbox = byName.get(name) ?? open(name);
        byName.set(name, outbox);
        return outbox;
      };
      const outboxOf = (topic: string) => {
        if (!byTopic.has(topic)) byTopic.set(topic, find(topic));
        return byTopic.get(topic);
      };
      return {
        keeps: (topic) => outboxOf(topic) !== undefined,
        push: (message) => outboxOf(message.topic)!.push(message),
        kept: (message) => outboxOf(message.topic)!.kept(message),
        flush: async () => {
          await Promise.all([...byName.values()].map((outbox) => outbox.flush()));
        },
        health: () =>
          [...byName.values()].map((outbox) => outbox.health())
            .find(({ available }) => !available) ?? { available: true },
      };
    },
  };
}
