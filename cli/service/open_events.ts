import { createEventBus } from "../../streaming/events/event_bus.ts";
import { createEventFiles } from "../../streaming/events/event_sinks.ts";
import type { EventBus } from "../../streaming/events/types.ts";
import { openFileLines } from "../../streaming/logs/file_lines.ts";
import { secretsOf } from "./secrets_of.ts";
import type { ServiceInit } from "./types.ts";

/** Opens the event bus of a service, with files in the workspace; what it was told in trust is masked. */
export function openEvents(init: ServiceInit, onError: (error: unknown) => void): EventBus {
  return createEventBus({
    root: init.root,
    sinks: [createEventFiles(openFileLines(`${init.root}/.dspy_reports/events`))],
    secrets: secretsOf(init),
    onError,
  });
}
