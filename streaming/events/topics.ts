/** Topics that events may have. */
export const EVENT_TOPICS: readonly string[] = [
  "ui.action",
  "backend.api_call",
  "agent.action",
  "ingest.decision",
  "ingest.file",
  "training.trigger",
  "training.result",
  "training.dataset",
  "spark.app",
  "spark.log",
];

/** Where events of other topics go. */
export const OTHER_EVENTS = "events.other";

/** Whether events may have this topic. */
export function isEventTopic(topic: string): boolean {
  return EVENT_TOPICS.includes(topic);
}
