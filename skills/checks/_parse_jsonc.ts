import { parseJson } from "./_parse_json.ts";

/**
 * Parses JSON with comments and trailing commas, as in deno.json and tsconfig.json.
 *
 * @returns undefined for text that is neither.
 */
export function parseJsonc(text: string): unknown {
  // Strings are matched first, so that what looks like a comment inside one is kept.
  const plain = text.replace(
    /("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_, string) => string ?? " ",
  ).replace(/("(?:[^"\\\n]|\\.)*")|,(\s*[}\]])/g, (_, string, close) => string ?? close);
  return parseJson(plain);
}
