import type { Store } from "../../core/store/types.ts";
import type { DeadLetterFile } from "../../streaming/bus/dead_letter_file.ts";
import { openDeadLetterFile } from "../../streaming/bus/dead_letter_file.ts";
import { createLocalBus } from "../../streaming/bus/local_bus.ts";
import { openStoreLog } from "../../streaming/bus/store_log.ts";
import type { EventStream } from "../../streaming/bus/types.ts";
import type { KafkaBus } from "../../streaming/kafka/types.ts";
import { openFileLines } from "../../streaming/logs/file_lines.ts";
import type { RoleContext } from "./service_main.ts";

/** A bus with what belongs to it. */
export interface ServiceBus {
  readonly bus: EventStream;
  /** The same bus where it is one over Kafka. */
  readonly kafka?: KafkaBus | undefined;
  readonly letters: DeadLetterFile;
  /** Sends and stores what is under way. */
  close(): Promise<void>;
}

/** Topics that outlast the process: what is answered, and what came of it. */
export const KEPT_TOPICS: readonly string[] = [
  "logs.ctx.>",
  "agent.results.>",
  "agent.learning",
  "agent.tasks",
];
/** Entries of each that are kept. */
const KEPT_ENTRIES = 10_000;
/** Milliseconds that what waits may take at the end. */
const DRAIN_MS = 2_000;

/**
 * Opens the bus that was asked for: within this process, kept in the store, or over Kafka.
 *
 * @param store where a local bus keeps its topics. Default: nothing is kept.
 */
export async function openBus(
  { init, tell }: RoleContext,
  store?: Store,
): Promise<ServiceBus> {
  const letters = openDeadLetterFile(openFileLines(`${init.root}/.dspy_reports`));
  const warn = (text: string) => tell("service.notice", { level: "warning", text });
  const kafka = init.kafka &&
    (await import("../../streaming/kafka/kafka_bus.ts")).createKafkaBus({
      ...init.kafka,
      deadLetters: letters,
      ...store && { store },
      patienceMs: DRAIN_MS,
      warn,
    });
  const bus = kafka ?? createLocalBus({
    deadLetters: letters,
    drainMs: DRAIN_MS,
    ...store && { log: await openStoreLog(store, { topics: KEPT_TOPICS, keepLast: KEPT_ENTRIES }) },
  });
  return {
    bus,
    kafka,
    letters,
    async close() {
      await bus.close();
      await letters.flush();
    },
  };
}
