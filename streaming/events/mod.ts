/**
 * Events of people, services and the agent: one envelope, rings for those who look back, sinks for
 * what must last.
 *
 * @module
 */
export { createEventBus, type EventBusOptions, type EventSink } from "./event_bus.ts";
export {
  createEventFiles,
  createEventForward,
  createEventStore,
  type EventStoreOptions,
} from "./event_sinks.ts";
export { type EventFilter, parseFilter } from "./filter.ts";
export {
  type EventDetails,
  logAgentAction,
  logBackendApi,
  logIngestDecision,
  logSparkApp,
  logSparkLog,
  logTrainingDataset,
  logTrainingResult,
  logTrainingTrigger,
  logUiAction,
} from "./log_events.ts";
export { tailEvents, type TailOptions } from "./tail_events.ts";
export { EVENT_TOPICS, isEventTopic, OTHER_EVENTS } from "./topics.ts";
export type * from "./types.ts";
