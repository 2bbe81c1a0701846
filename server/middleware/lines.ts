import type { Context } from "hono";
import { createRedactor } from "../../core/safety/redact.ts";
import { showControls } from "../../core/safety/terminal.ts";
import type { Call } from "../_call.ts";
import type { AuditLine } from "./audit_line.ts";
import type { RequestLine } from "./request_line.ts";

/** Longest path that is written down. */
const MAX_PATH = 200;

/** Who gets the lines that {@linkcode writeLines} writes. */
export interface Writers {
  /** Takes a line for each request. */
  readonly log: ((line: RequestLine) => void) | undefined;
  /** Takes a line for each call that is worth one. */
  readonly audit: ((line: AuditLine) => void) | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Makes what writes the lines of log and audit of a request that was answered. */
export function writeLines(
  { log, audit, now }: Writers,
): (c: Context, call: Call, status: number, ms: number) => void {
  const redactor = createRedactor([]);
  return (c, call, status, ms) => {
    if (log === undefined && call.audit === undefined) return;
    const { method } = c.req.raw;
    // The path of a route is plain.
    const path = c.req.path === call.route.path ? call.route.path : plain(c.req.path);
    const peer = call.peer?.address ?? null;
    const ts = now() / 1000;
    log?.({
      ts,
      level: status >= 500 ? "ERROR" : status >= 400 ? "WARNING" : "INFO",
      source: "server",
      message: `${method} ${path} ${status}`,
      context: { method, path, status, duration_ms: Math.round(ms * 1000) / 1000, peer },
      trace_id: call.id,
    });
    if (call.audit === undefined) return;
    const role = call.role ?? null;
    audit?.({ ts, peer, role, method, path: redactor.text(path), status, detail: call.audit });
  };
}

/** A path as it can be written down; others than plain ones are rare. */
function plain(path: string): string {
  const cut = path.length > MAX_PATH ? `${path.slice(0, MAX_PATH)}…` : path;
  return /^[\x20-\x7e…]*$/.test(cut) ? cut : showControls(cut);
}
