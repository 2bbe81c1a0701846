/**
 * A web app: a function from requests to responses. What `createApp` makes is a Hono app; nothing of
 * that shows here, so that any server and any test can use it.
 */
export interface StatusApp {
  /**
   * Answers a request.
   *
   * @param connection what the server knows of who asks; see {@linkcode PeerOf}. Nothing: a token is
   * needed.
   */
  fetch(request: Request, connection?: unknown): Response | Promise<Response>;
  /**
   * The same without a server, as tests want it.
   *
   * @param path of `http://localhost`, or a whole URL.
   */
  request(path: string, init?: RequestInit, connection?: unknown): Response | Promise<Response>;
}
