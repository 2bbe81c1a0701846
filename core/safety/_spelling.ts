import { UserError } from "../errors.ts";

const MAX_BYTES = 4096;

/** What a path may not look like, whatever it would lead to, and the rule that says so. */
const REFUSED: readonly { rule: string; what: string; pattern: RegExp }[] = [
  { rule: "path.nul", what: "a NUL character", pattern: /\0/ },
  {
    rule: "path.url",
    what: "a URL instead of a path",
    pattern: /^(?:file:|[a-z][a-z0-9+.-]*:\/\/)/i,
  },
  { rule: "path.home", what: "a home folder instead of a path", pattern: /^~[\w.-]*(?:\/|$)/ },
  {
    rule: "path.variable",
    what: "a variable, and variables are not expanded",
    pattern: /^\$(?:\{|[A-Z_][A-Z0-9_]*(?:\/|$))/,
  },
  { rule: "path.backslash", what: "a backslash: separate folders with /", pattern: /\\/ },
  {
    rule: "path.encoded",
    what: "a percent-encoded step out of a folder",
    pattern: /(?:^|\/|%2f|%5c)(?:\.|%2e){2}(?:%2f|%5c)|%2e(?:\.|%2e)(?:\/|$)|\.%2e(?:\/|$)|%00/i,
  },
  {
    rule: "path.trailing",
    what: "a name that ends in a dot or blank",
    pattern: /(?:^|\/)(?!\.{1,2}(?:\/|$))[^/]*[. ](?:\/|$)/,
  },
];

/**
 * Refuses paths that different readers understand differently. Nothing is decoded or expanded.
 *
 * @returns the path, on Windows with `/` for `\`.
 * @throws {UserError} `refused`, with the rule's id.
 */
export function checkSpelling(path: string): string {
  if (path === "") throw new UserError("refused", "empty path", { rule: "path.empty" });
  const given = Deno.build.os === "windows" ? path.replaceAll("\\", "/") : path;
  if (byteLength(given) > MAX_BYTES) {
    throw new UserError("refused", `path of more than ${MAX_BYTES} bytes`, { rule: "path.length" });
  }
  for (const { rule, what, pattern } of REFUSED) {
    if (!pattern.test(given)) continue;
    throw new UserError("refused", `${JSON.stringify(path)} has ${what}`, { rule });
  }
  return given;
}

function byteLength(text: string): number {
  if (text.length > MAX_BYTES || text.length * 3 <= MAX_BYTES) return text.length;
  return new TextEncoder().encode(text).length;
}
