import type { Context } from "hono";
import { UserError } from "../../core/errors.ts";
import { isRecord } from "../../core/is_record.ts";

/** Deeper JSON serves nobody, and walking it takes a stack. */
const MAX_DEPTH = 64;

/**
 * The body of a request as a JSON object.
 *
 * @throws {UserError} `usage` for anything else.
 */
export async function readJson(c: Context): Promise<Readonly<Record<string, unknown>>> {
  const text = await c.req.text();
  if (depthOf(text) > MAX_DEPTH) {
    throw new UserError("usage", `the body is nested more than ${MAX_DEPTH} deep`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UserError("usage", "the body is no JSON");
  }
  if (!isRecord(value)) throw new UserError("usage", "the body is no JSON object");
  return value;
}

/** How deep brackets stand in each other, outside of strings. */
function depthOf(text: string): number {
  let [depth, deepest, quoted] = [0, 0, false];
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') quoted = !quoted;
    else if (quoted) i += char === "\\" ? 1 : 0;
    else if (char === "{" || char === "[") deepest = Math.max(deepest, ++depth);
    else if (char === "}" || char === "]") depth--;
  }
  return deepest;
}
