import type { StreamConfig } from "./types.ts";

/** The text of `.dspy_stream.json`: `parseStreamConfig` reads the same again. */
export function formatStreamConfig(config: StreamConfig): string {
  return `${JSON.stringify(config, null, 2)}\n`;
}
