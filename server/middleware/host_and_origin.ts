import type { Context } from "hono";
import type { Call } from "../_call.ts";
import { fail } from "../_fail.ts";
import type { AccessRules } from "../access/access_rules.ts";
import { hostCheck } from "../access/host_check.ts";
import type { Check } from "./check.ts";

/**
 * Refuses what a page of another site could send: a `Host` that is not ours (DNS rebinding), an
 * `Origin` that is neither ours nor listed, and what a browser says that another site wanted, except
 * going to a page. And web sockets, since there are none here.
 */
export function hostAndOrigin({ hosts, origins, tokens, adminKeys }: AccessRules): Check {
  const isOurs = hostCheck(hosts, tokens.length + adminKeys.length > 0);
  return (c, call) => {
    const why = objection(c, call);
    if (why === undefined) return undefined;
    call.audit = why;
    return fail(c, 403, why);
  };

  function objection(c: Context, { peer, route }: Call): string | undefined {
    const { url, headers } = c.req.raw;
    const host = headers.get("host") ?? authority(url);
    // A request that names its target twice must not do so differently.
    if (!isOurs(host, peer?.bind) || !hasAuthority(url, host)) return "host not allowed";
    const origin = headers.get("origin");
    if (origin !== null) {
      if (origin.toLowerCase() === url.slice(0, url.indexOf(host)) + host.toLowerCase()) return;
      return origins.includes(origin) ? undefined : "origin not allowed";
    }
    // What anybody may see needs no more; each look at a header costs.
    if (route.open) return undefined;
    const site = headers.get("sec-fetch-site");
    if (site !== null && site !== "same-origin" && site !== "none") {
      const goesThere = headers.get("sec-fetch-mode") === "navigate" && c.req.method === "GET";
      if (!goesThere) return "origin not allowed";
    }
    const upgrade = headers.get("upgrade");
    if (upgrade !== null && /websocket/i.test(upgrade)) return "there is no web socket here";
    return undefined;
  }
}

/** Host and port of a URL as they stand in it: parsing would make different ones alike. */
function authority(url: string): string {
  return /^[^/]*\/\/([^/?#]*)/.exec(url)?.[1] ?? "";
}

function hasAuthority(url: string, host: string): boolean {
  const start = url.indexOf("//") + 2;
  const next = url[start + host.length];
  return url.startsWith(host, start) && (next === undefined || "/?#".includes(next));
}
