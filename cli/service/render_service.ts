import { sanitize } from "../../core/safety/terminal.ts";
import type { Io } from "../shell.ts";
import type { ServiceData, ServiceEvent } from "./types.ts";

/** Shows what a service tells: results on standard output, all else on standard error. */
export function renderService({ type, data }: ServiceEvent, { out, err }: Io): void {
  if (type === "service.start") { for (const line of started(data)) err(line); }
  else if (type === "service.result") { for (const line of result(data)) out(line); }
  else if (type === "service.entry") out(JSON.stringify(data.value));
  else if (type === "service.trained") err(sanitize(data.text));
  else if (type === "service.topic") out(sanitize(`${data.topic}  ${data.note}`));
  else if (type === "service.notice" || type === "service.error") err(sanitize(data.text));
  else if (type === "service.end") {
    const counts = Object.entries(data.counts).map(([name, count]) => `${name} ${count}`);
    if (counts.length > 0) err(`stopped: ${counts.join(", ")}`);
  }
}

function started({ logs, status, bus, role }: ServiceData["service.start"]): string[] {
  const width = Math.max(0, ...logs.map(({ container }) => container.length));
  return [
    ...logs.map(({ container, service, log_file }) =>
      sanitize(`watching ${container.padEnd(width)}  ${log_file}  (${service})`)
    ),
    ...bus === "kafka" ? ["over Kafka"] : [],
    ...status === undefined ? [] : [`status at ${status}`],
    `${role} runs; Ctrl-C ends it`,
  ];
}

function result(
  { container, summary, key_points, plan, ts, ms }: ServiceData["service.result"],
): string[] {
  const time = new Date(ts).toISOString().slice(11, 19);
  const took = ms === undefined ? "" : `  ${Math.round(ms)} ms after the last line`;
  const part = (name: string, text: string) =>
    text.trim() === "" ? [] : [`  ${name}`, ...indented(text)];
  return [
    sanitize(`== ${container}  ${time}${took}`),
    ...part("what happened", key_points || summary),
    ...part("what to do", plan),
  ];
}

function indented(text: string): string[] {
  return sanitize(text.trimEnd()).split("\n").map((line) => `    ${line}`);
}
