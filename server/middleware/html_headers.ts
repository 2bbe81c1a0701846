import type { MiddlewareHandler } from "hono";
import { NONCE, secureHeaders } from "hono/secure-headers";

/**
 * Headers of a page: it loads nothing, talks to nobody but us, runs no script and takes no style but
 * its own, and nobody may frame it.
 */
export function htmlHeaders(): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: [NONCE],
      styleSrc: [NONCE],
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
