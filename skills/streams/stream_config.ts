import { UserError } from "../../core/errors.ts";
import type { Files } from "../../core/workspace/files.ts";
import { defaultStreamConfig } from "../../streaming/config/default_stream_config.ts";
import { parseStreamConfig } from "../../streaming/config/parse_stream_config.ts";
import type { StreamConfig } from "../../streaming/config/types.ts";
import { autodiscoverLogs } from "../../streaming/logs/discover_logs.ts";

/** Name of the file. */
export const STREAM_FILE = ".dspy_stream.json";

/**
 * The workspace's configuration of streams; without a file that of the logs that are found.
 *
 * @param containers these instead. Default those of the file.
 * @throws {UserError} for a file that is none.
 */
export async function streamConfig(
  files: Files,
  logs: string,
  containers?: readonly string[],
): Promise<StreamConfig> {
  if (containers !== undefined) return defaultStreamConfig(containers);
  const text = await files.readText(STREAM_FILE).catch(() => undefined);
  if (text !== undefined) return parsed(text);
  const found = await autodiscoverLogs(files, { all: true, logs });
  return found.length === 0 ? defaultStreamConfig() : defaultStreamConfig(
    found.map(({ container, service }) => ({ container, services: [service] })),
  );
}

function parsed(text: string): StreamConfig {
  try {
    return parseStreamConfig(text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { kind, message, hint } = error;
    throw new UserError(kind, `${STREAM_FILE}: ${message}`, { ...hint !== undefined && { hint } });
  }
}

/** Names with commas between them. */
export function namesIn(text: string | undefined): string[] | undefined {
  return text?.split(",").map((name) => name.trim()).filter((name) => name !== "");
}
