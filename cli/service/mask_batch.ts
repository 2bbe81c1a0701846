import { createRedactor } from "../../core/safety/redact.ts";
import type { LineBatch } from "../../streaming/logs/line_sink.ts";

const REDACTOR = createRedactor([]);

/**
 * The same lines with the secrets in them masked: for what leaves this machine. A key of several
 * lines becomes one line.
 */
export function maskBatch(batch: LineBatch): LineBatch {
  const text = batch.lines.join("\n");
  const masked = REDACTOR.text(text);
  if (masked === text) return batch;
  const { times, ...rest } = batch;
  const lines = masked.split("\n");
  return { ...rest, lines, ...times?.length === lines.length && { times } };
}
