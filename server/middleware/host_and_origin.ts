import type { Context } from "hono";
import type { Call } from "../_call.ts";
import { fail } from "../_fail.ts";
import type { AccessRules } from "../access/access_rules.ts";
import { hostCheck } from "../access/host_check.ts";
import type { Check } from "./check.ts";

/**
 * Refuses what a page of another site could send: a host that is not ours (DNS rebinding), an
 * `Origin` that is neither ours nor listed, and what a browser says that another site wanted, except
 * going to the page. And web sockets, since there are none here. What anybody may see needs no more
 * than the host: each look at a header costs as much as the rest of `/health`.
 */
export function hostAndOrigin({ hosts, origins, tokens, adminKeys }: AccessRules): Check {
  const isOurs = hostCheck(hosts, tokens.length + adminKeys.length > 0);
  return (c, call) => {
    const why = isOurs(c.req.raw.url, call.peer?.bind) ? objection(c, call) : "host not allowed";
    if (why === undefined) return undefined;
    call.audit = why;
    return fail(c, 403, why);
  };

  function objection(c: Context, { route }: Call): string | undefined {
    if (route.open) return undefined;
    const { url, headers, method } = c.req.raw;
    const origin = headers.get("origin");
    if (origin !== null) {
      return isOrigin(url, origin) || origins.includes(origin) ? undefined : "origin not allowed";
    }
    const site = headers.get("sec-fetch-site");
    if (site !== null && site !== "same-origin" && site !== "none") {
      const isLink = headers.get("sec-fetch-mode") === "navigate" && method === "GET";
      // A link leads to the page, and to nothing that looks anything up.
      const goesThere = isLink && route.path === "/";
      if (!goesThere) return "origin not allowed";
    }
    const upgrade = headers.get("upgrade");
    if (upgrade !== null && /websocket/i.test(upgrade)) return "there is no web socket here";
    return undefined;
  }
}

/** Whether a URL, of a host that was found to be ours, has this origin. */
function isOrigin(url: string, origin: string): boolean {
  return origin !== "" && url.toLowerCase().startsWith(`${origin.toLowerCase()}/`);
}
