import type { Event } from "../../core/events.ts";
import { jsonLine } from "./json_lines.ts";

/**
 * An error that belongs to no call, as `--json` prints it: one event, the only one of no session.
 *
 * @param text what a person reads on standard error.
 * @param exitCode what the program ends with.
 */
export function errorLine(text: string, exitCode: number): string {
  const event: Event<"error"> = {
    v: 1,
    seq: 1,
    ts: Date.now(),
    session: "",
    type: "error",
    data: { text, exitCode },
  };
  return jsonLine(event);
}
