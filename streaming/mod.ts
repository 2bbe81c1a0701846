/**
 * From a log line to a learned reaction: the bus, tailers, windows, workers, features, Kafka and the
 * job queue.
 *
 * @module
 */
export * from "./bus/mod.ts";
export * from "./events/mod.ts";
export * from "./logs/mod.ts";
export * from "./features/mod.ts";
export * from "./queue/mod.ts";
export * from "./cache/mod.ts";
export * from "./config/mod.ts";
