import { isLoopback } from "../../core/is_loopback.ts";

/** Scheme, host and port of a URL as they stand in it: parsing would make different ones alike. */
const ORIGIN = /^https?:\/\/([^/?#]*)/;

/** Host and port. */
const HOST = /^([\w-]+(?:\.[\w-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** An address instead of a name: no name server can be made to lie about it. */
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[.*\])$/;

/** Bound to every address of the machine. */
const EVERYWHERE = /^(?:0\.0\.0\.0|\[?::\]?)$/;

/** So many of our own origins are remembered. */
const MOST_KNOWN = 8;

/**
 * Makes what checks the host of requests. A page of another site can have its own name point to this
 * machine, and then its requests come from the same origin; but they bear that name. So a host must
 * be local, the one the server is bound to, or listed; where the server is bound to every address,
 * addresses do as well.
 *
 * It looks at the request's URL. Servers make that of `Host`; from a request that names its whole
 * target they take the target's host, and `Host` does not count then.
 *
 * @param listed names besides the local ones, without port, in lower case; `*` for any, which counts
 * only where a token is needed, since no page of another site has that.
 * @param needsToken whether one is.
 * @returns whether the host of a URL is one of ours.
 */
export function hostCheck(
  listed: readonly string[],
  needsToken: boolean,
): (url: string, bind: string | undefined) => boolean {
  /** Starts of URLs that are ours, for one bind: the same few come again and again. */
  let known: string[] = [];
  let knownFor: string | undefined;
  return (url, bind) => {
    if (knownFor !== bind) {
      known = [];
      knownFor = bind;
    }
    for (const start of known) if (url.startsWith(start)) return true;
    const [origin, host = ""] = ORIGIN.exec(url) ?? [];
    if (!isOurs(HOST.exec(host)?.[1]?.toLowerCase(), bind)) return false;
    known = [`${origin}/`, ...known].slice(0, MOST_KNOWN);
    return true;
  };

  function isOurs(name: string | undefined, bind: string | undefined): boolean {
    if (name === undefined) return false;
    if (isLoopback(name) || listed.includes(name)) return true;
    if (needsToken && listed.includes("*")) return true;
    if (bind === undefined || isLoopback(bind)) return false;
    if (EVERYWHERE.test(bind)) return ADDRESS.test(name) && !EVERYWHERE.test(name);
    return name.replace(/^\[|\]$/g, "") === bind.replace(/^\[|\]$/g, "").toLowerCase();
  }
}
