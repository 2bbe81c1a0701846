import { UserError } from "../core/errors.ts";
import type { CatalogEntry } from "../core/registry.ts";

/** Standard input, as far as {@linkcode stdinWords} needs it. */
export interface StdinSource {
  /** Whether a person would have to type it. */
  isTerminal(): boolean;
  readonly readable: ReadableStream<Uint8Array>;
}

/** More is refused. Bytes. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Puts standard input in place of a lone `-`, for tools whose first word may come that way: a field
 * marked `.meta({ stdin: "patch" })` names the field that takes the text.
 *
 * @param words the words behind the tool's name.
 * @returns the words as they are when none is `-` or the tool has no such field.
 * @throws {UserError} `usage` for a terminal, or text that is not UTF-8 or longer than 16 MiB.
 */
export async function stdinWords(
  words: readonly string[],
  { positional, schema }: CatalogEntry,
  source: StdinSource = Deno.stdin,
): Promise<readonly string[]> {
  const field = schema.properties?.[positional[0] ?? ""]?.stdin;
  const at = words.indexOf("-");
  if (typeof field !== "string" || at < 0) return words;
  if (source.isTerminal()) {
    throw new UserError("usage", "- stands for standard input, and nothing is piped into it", {
      hint: `name a file, or: … | dspy-code …`,
    });
  }
  return words.toSpliced(at, 1, `--${field}=${await readText(source)}`);
}

async function readText({ readable }: StdinSource): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let [text, bytes] = ["", 0];
  try {
    for await (const chunk of readable) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) throw new UserError("usage", "standard input is longer than 16 MiB");
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UserError("usage", "standard input is not UTF-8 text", { cause: error });
  }
}
