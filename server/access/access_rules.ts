import { UserError } from "../../core/errors.ts";
import type { Credential } from "./credential.ts";
import { parseTokens } from "./parse_tokens.ts";

/** Who may ask, and from where. Without tokens only this machine may, over loopback. */
export interface AccessRules {
  /** Tokens for `Authorization: Bearer`. Default none. */
  readonly tokens: readonly Credential[];
  /** Keys for `X-Admin-Key`. Default none. */
  readonly adminKeys: readonly Credential[];
  /**
   * Names besides the local ones that `Host` may have, without port; `*` for any, which counts only
   * where a token is needed. Default none.
   */
  readonly hosts: readonly string[];
  /** Origins that a browser's pages may ask from, as `https://example.org`. Default none. */
  readonly origins: readonly string[];
}

/** Access as it is written in settings; see {@linkcode accessRules}. */
export interface AccessSettings {
  /** As in `API_TOKENS`; see {@linkcode parseTokens}. */
  readonly tokens?: string | undefined;
  /** As in `ADMIN_KEY`. */
  readonly adminKey?: string | undefined;
  /** As in `CORS_ORIGINS`: origins with commas between them. */
  readonly origins?: string | undefined;
  /** Host names with commas between them, or `*`. */
  readonly hosts?: string | undefined;
}

/**
 * Reads who may ask from settings; no settings are the strictest rules.
 *
 * @throws {UserError} `usage` for a setting that cannot be read.
 *
 * @example
 * ```ts
 * import { accessRules } from "@dspy/code/server";
 * import assert from "node:assert/strict";
 *
 * const { tokens, origins } = accessRules({ tokens: "t:viewer", origins: "https://a.example" });
 * assert.deepEqual([tokens.length, origins], [1, ["https://a.example"]]);
 * ```
 */
export function accessRules(settings: AccessSettings = {}): AccessRules {
  const { tokens = "", adminKey = "", origins = "", hosts = "" } = settings;
  return {
    tokens: parseTokens(tokens),
    adminKeys: adminKey === ""
      ? []
      : parseTokens(JSON.stringify([{ token: adminKey, role: "admin" }])),
    hosts: words(hosts).map(hostName),
    origins: words(origins).map(origin),
  };
}

function words(text: string): string[] {
  return text.split(",").map((word) => word.trim()).filter((word) => word !== "");
}

function hostName(text: string): string {
  if (/^(?:\*|[\w-]+(?:\.[\w-]+)*|\[[0-9a-f:.]+\])$/i.test(text)) return text.toLowerCase();
  throw new UserError("usage", `${JSON.stringify(text)} is no host name`, {
    hint: "a name or an address without port, as status.example.org",
  });
}

function origin(text: string): string {
  const url = URL.parse(text);
  const isWeb = url !== null && /^https?:$/.test(url.protocol) && !text.includes("*");
  if (isWeb && [url.origin, `${url.origin}/`].includes(text.toLowerCase())) return url.origin;
  throw new UserError("usage", `${JSON.stringify(text)} is no origin`, {
    hint: "scheme, host and port alone, as https://example.org; there is no *",
  });
}
