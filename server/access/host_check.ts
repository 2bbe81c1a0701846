import { isLoopback } from "./is_loopback.ts";

/** `Host` in two parts. */
const HOST = /^([\w-]+(?:\.[\w-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** An address instead of a name: no name server can be made to lie about it. */
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[.*\])$/;

/** Bound to every address of the machine. */
const EVERYWHERE = /^(?:0\.0\.0\.0|\[?::\]?)$/;

/**
 * Makes what checks the `Host` of requests. A page of another site can have its own name point to
 * this machine, and then its requests come from the same origin; but they bear that name. So a host
 * must be local, the one the server is bound to, or listed; where the server is bound to every
 * address, addresses do as well.
 *
 * @param listed names besides the local ones, without port, in lower case; `*` for any, which counts
 * only where a token is needed, since no page of another site has that.
 * @param needsToken whether one is.
 * @returns whether a host, with or without port, is one of ours.
 */
export function hostCheck(
  listed: readonly string[],
  needsToken: boolean,
): (host: string, bind: string | undefined) => boolean {
  /** What was found out before, for one bind: the same few come again and again. */
  let known = new Map<string, boolean>();
  let knownFor: string | undefined;
  return (host, bind) => {
    if (knownFor !== bind || known.size > 100) {
      known = new Map();
      knownFor = bind;
    }
    let ours = known.get(host);
    if (ours === undefined) {
      ours = isOurs(HOST.exec(host)?.[1]?.toLowerCase(), bind);
      if (host.length < 300) known.set(host, ours);
    }
    return ours;
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
