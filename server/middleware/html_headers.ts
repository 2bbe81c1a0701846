import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { sha256 } from "../../core/sha256.ts";

/** What stands in a page between its tags. */
export interface InlineParts {
  /** Of its one script. */
  readonly script: string;
  /** Of its one style sheet. */
  readonly style: string;
}

/**
 * Headers of a page: it loads nothing, talks to nobody but us, runs no script and takes no style but
 * its own, known by their hashes, and nobody may frame it.
 */
export function htmlHeaders({ script, style }: InlineParts): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: [hash(script)],
      styleSrc: [hash(style)],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: "DENY",
    // Says for months that a host is to be asked over TLS only: not ours to say for localhost.
    strictTransportSecurity: false,
  });
}

function hash(text: string): string {
  const bytes = sha256(text).match(/../g)!.map((byte) => parseInt(byte, 16));
  return `'sha256-${btoa(String.fromCharCode(...bytes))}'`;
}
