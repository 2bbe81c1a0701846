import type { ToolCallContent } from "@agentclientprotocol/sdk";
import { sanitize, showControls } from "../../core/safety/terminal.ts";

/** Characters of one text that an editor is sent. */
const MAX_TEXT = 100_000;

/** A field as the session sent it, without what could act on a screen: anything but text is none. */
export function clean(value: unknown): string {
  return typeof value === "string" ? sanitize(value) : "";
}

/** Text that must be seen exactly as it is: controls are shown, but for line ends and tabs. */
export function exact(text: string): string {
  return text.split("\n").map((line) => line.split("\t").map(showControls).join("\t")).join("\n");
}

/** Text for an editor, which reads Markdown. */
export function markdown(text: string): ToolCallContent {
  return { type: "content", content: { type: "text", text } };
}

/** Text to be shown as it stands; what is too long for an editor is cut at the end. */
export function fenced(text: string, language = ""): ToolCallContent {
  const rest = text.length - MAX_TEXT;
  const shown = rest > 0 ? `${text.slice(0, MAX_TEXT)}\n\u2026 ${rest} more characters` : text;
  const longest = Math.max(2, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return markdown(`${fence}${language}\n${shown.replace(/\n$/, "")}\n${fence}`);
}
