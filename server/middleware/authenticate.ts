import type { Context } from "hono";
import type { Call } from "../_call.ts";
import { fail } from "../_fail.ts";
import type { AccessRules } from "../access/access_rules.ts";
import type { Role } from "../access/credential.ts";
import { isLoopback } from "../../core/is_loopback.ts";
import { roleOf } from "../access/role_of.ts";
import type { Limiter } from "./limiter.ts";
import type { Check } from "./check.ts";

/**
 * Lets in who may: with tokens configured who has one, without any who is on this machine and came
 * over loopback. Whoever only looks may be a viewer; all else is for admins and is audited.
 */
export function authenticate(rules: AccessRules, limiter: Limiter | undefined): Check {
  const needsToken = rules.tokens.length + rules.adminKeys.length > 0;
  return (c, call) => {
    const { method } = c.req.raw;
    const looks = method === "GET" || method === "HEAD";
    if (call.route.open) return undefined;
    const found = find(c, call, looks);
    if (typeof found === "object") {
      call.audit = found.error;
      limiter?.punish(call.peer?.address ?? "", call.started);
      c.header("WWW-Authenticate", "Bearer");
      return call.route.refuse?.(c) ?? fail(c, 401, found.error);
    }
    call.role = found;
    if (looks) return undefined;
    call.audit = found === "admin" ? "admin call" : "role too low";
    return found === "admin" ? undefined : fail(c, 403, "this needs the role admin");
  };

  function find(
    c: Context,
    { peer, route }: Call,
    looks: boolean,
  ): Role | { readonly error: string } {
    if (!needsToken) {
      if (isLoopback(peer?.address ?? "") && isLoopback(peer?.bind ?? "")) return "admin";
      return { error: "no token is configured here, so only this machine may ask" };
    }
    const { headers } = c.req.raw;
    const key = headers.get("x-admin-key");
    if (key !== null) return roleOf(rules.adminKeys, key) ?? { error: "wrong key" };
    const header = headers.get("authorization");
    let token = header === null ? undefined : /^bearer +(\S+) *$/i.exec(header)?.[1] ?? "";
    if (token === undefined && looks && route.tokenInQuery) token = c.req.query("token");
    if (token === undefined) return { error: "a token is needed" };
    return roleOf(rules.tokens, token) ?? { error: "wrong token" };
  }
}
