import { createEventBus } from "../../streaming/events/event_bus.ts";
import { createEventFiles } from "../../streaming/events/event_sinks.ts";
import type { EventBus } from "../../streaming/events/types.ts";
import { openFileLines } from "../../streaming/logs/file_lines.ts";
import { secretsOf } from "./secrets_of.ts";
import type { ServiceInit } from "./types.ts";

/**
 * Opens the event bus of a service, with files in the workspace; what it was told in trust is masked.
 *
 * @param keeps the topics that are written. Default all.
 */
export function openEvents(
  init: ServiceInit,
  onError: (error: unknown) => void,
  keeps: (topic: string) => boolean = () => true,
): EventBus {
  const files = createEventFiles(openFileLines(`${init.root}/.dspy_reports/events`));
  return createEventBus({
    root: init.root,
    sinks: [{
      ...files,
      write: (topic, record) => keeps(topic) ? files.write(topic, record) : undefined,
    }],
    secrets: secretsOf(init),
    onError,
  });
}
