import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** Answers with an error, always in the same shape. */
export function fail(
  c: Context,
  status: ContentfulStatusCode,
  error: string,
  rest: Readonly<Record<string, unknown>> = {},
): Response {
  return c.json({ error, ...rest }, status);
}
