import { fileURLToPath } from "node:url";
import type { ContentBlock } from "@agentclientprotocol/sdk";
import { UserError } from "../../core/errors.ts";
import { isBelow } from "../../core/workspace/resolve_path.ts";

/** How {@linkcode promptText} writes. */
export interface PromptTextOptions {
  /**
   * Paths of the workspace, as the editor gave it and the real one: files in it are named relative
   * to it.
   */
  readonly roots: readonly string[];
  /** Whether a model reads it: only such a one is given the text of attached files. */
  readonly model: boolean;
}

/** Characters of one attached file. */
const MAX_ATTACHED = 100_000;

/**
 * What the person asks, as text. A link stands as the name of its file, which the session reads for
 * a model behind the path guard, as it does with `@path`. An attached file's text follows.
 *
 * @throws {UserError} `usage` for images and sounds, and when nothing is asked.
 */
export function promptText(
  blocks: readonly ContentBlock[],
  { roots, model }: PromptTextOptions,
): string {
  let text = "";
  const attached: string[] = [];
  for (const block of blocks) {
    switch (block.type) {
      case "text":
        text = joined(text, block.text);
        break;
      case "resource_link":
        text = joined(text, linkOf(nameOf(block.uri, roots), model));
        break;
      case "resource": {
        const { resource } = block;
        const name = nameOf(resource.uri, roots);
        text = joined(text, name);
        if (model && "text" in resource) attached.push(attachment(name, resource.text));
        break;
      }
      default:
        throw new UserError("usage", `a prompt with ${block.type} cannot be read`, {
          hint: "send text, or the file's name",
        });
    }
  }
  if (text.trim() === "") throw new UserError("usage", "the prompt is empty");
  return [text, ...attached].join("\n\n");
}

/** Two pieces that the editor sent beside each other are two words. */
function joined(text: string, more: string): string {
  const apart = text === "" || /\s$/.test(text) || /^(?:\s|[.,;:!?)]|$)/.test(more);
  return text + (apart ? "" : " ") + more;
}

/** A file's path, relative in the workspace, and the lines that were meant; another address as it is. */
function nameOf(uri: string, roots: readonly string[]): string {
  if (!uri.startsWith("file:")) return uri;
  try {
    const url = new URL(uri);
    const path = fileURLToPath(url).replaceAll("\\", "/");
    const [, first, last] = /^#L(\d+)(?:[:-]L?(\d+))?$/.exec(url.hash) ?? [];
    const lines = first === undefined ? "" : `:${first}${last === undefined ? "" : `-${last}`}`;
    const root = roots.find((root) => isBelow(root, path));
    if (path === root) return ".";
    return (root === undefined ? path : path.slice(root.length).replace(/^\//, "")) + lines;
  } catch {
    return uri;
  }
}

/** Only such a name is read as a mention from its begin to its end. */
function linkOf(name: string, model: boolean): string {
  return model && /^\w[\w./-]*\w$/.test(name) ? `@${name}` : name;
}

function attachment(name: string, text: string): string {
  const rest = text.length - MAX_ATTACHED;
  const cut = rest > 0 ? `\n[${rest} more characters: read the file]` : "";
  return `<file name=${JSON.stringify(name)}>\n${text.slice(0, MAX_ATTACHED)}${cut}\n</file>`;
}
