import { maskLog } from "../../core/logs/mask_log.ts";
import type { LineBatch } from "../../streaming/logs/line_sink.ts";

/**
 * The same lines with the secrets in them masked: for what leaves this machine. A key of several
 * lines becomes one line.
 */
export function maskBatch(batch: LineBatch): LineBatch {
  const text = batch.lines.join("\n");
  const masked = maskLog(text);
  if (masked === text) return batch;
  const { times, ...rest } = batch;
  const lines = masked.split("\n");
  return { ...rest, lines, ...times?.length === lines.length && { times } };
}
