/**
 * The bus: topics with bounded queues, consumer groups, acknowledgement and dead letters, in one
 * process, with a log in a store where that is to last. `streaming/kafka` keeps the same contract
 * over a broker.
 *
 * @module
 */
export { commitWithOffset } from "./commit_with_offset.ts";
export {
  type DeadLetterFile,
  type DeadLetterFileOptions,
  type DeadLetterFilter,
  type KeptLetter,
  openDeadLetterFile,
  type Redriven,
  type Resend,
} from "./dead_letter_file.ts";
export type { DeadLetter, DeadLetterWriter } from "./dead_letter.ts";
export { getLatest } from "./get_latest.ts";
export { type InboxMessage, type InboxOptions, putInbox, readInbox } from "./inbox.ts";
export { createJsonLineSink, type JsonLineSinkOptions } from "./json_line_sink.ts";
export { lineFileName, type LineFiles } from "./line_files.ts";
export type { LineWriterOptions } from "./line_writer.ts";
export { createLocalBus, type LocalBus } from "./local_bus.ts";
export type { LocalBusOptions, PlainBusOptions } from "./local_bus_options.ts";
export type { MessageLog, MessageSink, SinkLink, SinkPort } from "./message_log.ts";
export {
  type MetricsRecord,
  type MetricsWriter,
  type MetricsWriterOptions,
  startMetricsWriter,
} from "./metrics_writer.ts";
export type { OutboxOptions } from "./outbox.ts";
export { openStoreLog, type StoreLogOptions } from "./store_log.ts";
export type * from "./types.ts";
