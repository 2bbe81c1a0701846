import type { EventBus, EventRecord } from "./types.ts";

/** More of an event, as JSON. */
export type EventDetails = Readonly<Record<string, unknown>>;

/** Publishes that a person did something in a user interface. */
export function logUiAction(bus: EventBus, action: string, props: EventDetails = {}): EventRecord {
  return bus.publishEvent("ui.action", { action, ...props }, logUiAction);
}

/**
 * Publishes that a request was answered.
 *
 * @param durationMs how long that took, in milliseconds.
 */
export function logBackendApi(
  bus: EventBus,
  route: string,
  method: string,
  status: number,
  durationMs: number,
): EventRecord {
  const event = { route, method, status, duration_ms: durationMs };
  return bus.publishEvent("backend.api_call", event, logBackendApi);
}

/**
 * Publishes what the agent did.
 *
 * @param reward from 0 to 1; left out when there is none.
 */
export function logAgentAction(
  bus: EventBus,
  name: string,
  result: unknown,
  reward?: number,
  details: EventDetails = {},
): EventRecord {
  const event = { name, result, ...reward !== undefined && { reward }, ...details };
  return bus.publishEvent("agent.action", event, logAgentAction);
}

/** Publishes whether a file was taken in, and why. */
export function logIngestDecision(
  bus: EventBus,
  file: string,
  decision: string,
  reason: string,
): EventRecord {
  const event = { source_file: file, decision, reason };
  return bus.publishEvent("ingest.decision", event, logIngestDecision);
}

/** Publishes that a training was asked for. */
export function logTrainingTrigger(bus: EventBus, trainer: string, args: unknown): EventRecord {
  return bus.publishEvent("training.trigger", { trainer, args }, logTrainingTrigger);
}

/** Publishes how a training ended. */
export function logTrainingResult(bus: EventBus, status: string, metrics: unknown): EventRecord {
  return bus.publishEvent("training.result", { status, metrics }, logTrainingResult);
}

/** Publishes something about the data of a training. */
export function logTrainingDataset(bus: EventBus, kind: string, detail: EventDetails): EventRecord {
  return bus.publishEvent("training.dataset", { kind, ...detail }, logTrainingDataset);
}

/** Publishes a change of a Spark application. */
export function logSparkApp(
  bus: EventBus,
  event: string,
  name: string,
  state: string,
  namespace: string,
): EventRecord {
  return bus.publishEvent("spark.app", { event, name, state, namespace }, logSparkApp);
}

/** Publishes a line that a Spark application logged. */
export function logSparkLog(bus: EventBus, app: string, pod: string, line: string): EventRecord {
  return bus.publishEvent("spark.log", { app, pod, line }, logSparkLog);
}
