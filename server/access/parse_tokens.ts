import { UserError } from "../../core/errors.ts";
import { isRecord } from "../../core/is_record.ts";
import { sha256 } from "../../core/sha256.ts";
import type { Credential, Role } from "./credential.ts";

/**
 * Reads the tokens that may be used: `token:role,token:role` or JSON, as in `API_TOKENS` or the file
 * that it names. JSON is a list of `{"token", "role"}` or `{"sha256", "role"}`, the same under
 * `"tokens"`, or an object from token to role. In each form `sha256:<64 hex digits>` stands for a
 * token of which only the hash is to be written down. A role is `viewer` or `admin`.
 *
 * @throws {UserError} `usage` when it is neither; the message names the place, never the token.
 *
 * @example
 * ```ts
 * import { parseTokens } from "@dspy/code/server";
 * import assert from "node:assert/strict";
 *
 * const [look, change] = parseTokens("a-long-token:viewer, another:admin");
 * assert.deepEqual([look?.role, change?.role], ["viewer", "admin"]);
 * assert.deepEqual(parseTokens('{"another": "admin"}'), [change]);
 * ```
 */
export function parseTokens(text: string): Credential[] {
  return entriesOf(text).map(({ token, hash, role }, i) => {
    const at = `token ${i + 1}`;
    if (role !== "viewer" && role !== "admin") {
      throw new UserError("usage", `${at} has ${show(role)}`, {
        hint: "a role is viewer or admin, as in token:viewer",
      });
    }
    return credential(at, token, hash, role);
  });
}

/** The tokens that stand in what {@linkcode parseTokens} reads, for masking them. */
export function plainTokens(text: string): string[] {
  return entriesOf(text).flatMap(({ token }) =>
    typeof token === "string" && !token.startsWith("sha256:") ? [token] : []
  );
}

/** As written down, before it is checked. */
interface Entry {
  readonly token?: unknown;
  readonly hash?: unknown;
  readonly role: unknown;
}

function entriesOf(text: string): Entry[] {
  const given = text.trim();
  if (given === "") return [];
  return /^[[{]/.test(given) ? fromJson(given) : fromList(given);
}

function fromList(text: string): Entry[] {
  return text.split(",").map((part) => part.trim()).filter((part) => part !== "").map((part) => {
    const end = part.lastIndexOf(":");
    // Without a colon all of it is the token: nothing of it may be shown.
    return {
      token: part.slice(0, Math.max(end, 0)),
      role: end < 0 ? undefined : part.slice(end + 1),
    };
  });
}

function fromJson(text: string): Entry[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UserError("usage", "the tokens look like JSON and are none", {
      hint: 'for example [{"token": "…", "role": "viewer"}]',
    });
  }
  if (isRecord(value) && Array.isArray(value.tokens)) value = value.tokens;
  if (isRecord(value)) return Object.entries(value).map(([token, role]) => ({ token, role }));
  return (value as unknown[]).map((entry) => {
    const { token, sha256: hash, role } = isRecord(entry) ? entry : {};
    return { token, hash, role };
  });
}

function credential(at: string, token: unknown, hash: unknown, role: Role): Credential {
  const [, written] = /^sha256:(.*)$/s.exec(typeof token === "string" ? token : "") ?? [];
  const digest = hash ?? written;
  if (digest !== undefined) {
    if (typeof digest !== "string" || !/^[0-9a-f]{64}$/i.test(digest)) {
      throw new UserError("usage", `${at} has a hash that is no SHA-256`, {
        hint: "expected 64 hex digits",
      });
    }
    return { sha256: digest.toLowerCase(), role };
  }
  if (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token)) {
    throw new UserError("usage", `${at} is empty or holds what no header may hold`, {
      hint: "a token is one word of ASCII characters",
    });
  }
  return { sha256: sha256(token), role, length: token.length };
}

/** A role as given, if it is short enough to be one and no token by mistake. */
function show(role: unknown): string {
  if (role === undefined) return "no role";
  return typeof role === "string" && role.length <= 12
    ? `the role ${JSON.stringify(role)}`
    : "a role of another kind";
}
