/** Who asked, as the server saw it, not as the request says. */
export interface Peer {
  /** Address of the other end of the connection. */
  readonly address: string;
  /**
   * Address that the server is bound to. Absent: not known, and then nobody is let in without a
   * token.
   */
  readonly bind?: string;
}

/**
 * Finds out who asked.
 *
 * @param request as it came; nothing in its headers says who asked.
 * @param connection what the server told the app beside the request: the second argument of `fetch`.
 * @returns undefined when it is not known; then a token is needed.
 */
export type PeerOf = (request: Request, connection: unknown) => Peer | undefined;
