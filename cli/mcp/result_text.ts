import { isRecord } from "../../core/is_record.ts";

/** Largest text of one result, in characters. */
const MAX_TEXT = 5_000_000;

/**
 * The result of a server's tool as text: what is no text is named in one line each.
 *
 * @param result as the server sent it: nothing in it is taken on trust.
 */
export function resultText(result: Readonly<Record<string, unknown>>): string {
  const parts = Array.isArray(result.content) ? result.content.map(partText) : [];
  const { structuredContent } = result;
  if (parts.length === 0 && structuredContent !== undefined) {
    parts.push(JSON.stringify(structuredContent, undefined, 2));
  }
  const text = parts.join("\n");
  if (text.length <= MAX_TEXT) return text;
  return `${text.slice(0, MAX_TEXT)}\n... [${text.length - MAX_TEXT} characters left out]`;
}

function partText(part: unknown): string {
  if (!isRecord(part)) return "[something that is no content]";
  const { type, text, resource } = part;
  if (type === "text" && typeof text === "string") return text;
  if (type === "resource" && isRecord(resource)) {
    if (typeof resource.text === "string") return `${word(resource.uri)}:\n${resource.text}`;
    return `[resource ${word(resource.uri)}, ${kindOf(resource, resource.blob)}: not shown]`;
  }
  if (type === "resource_link") return `[link to ${word(part.uri)} ${word(part.name)}]`;
  return `[${word(type)}, ${kindOf(part, part.data)}: not shown]`;
}

function kindOf({ mimeType }: Record<string, unknown>, data: unknown): string {
  const size = typeof data === "string" ? Math.floor(data.length * 3 / 4) : 0;
  return `${word(mimeType)}, ${size} bytes`;
}

/** One short word of the server's. */
function word(value: unknown): string {
  return typeof value === "string" ? value.replace(/\s+/g, " ").slice(0, 200) : "?";
}
