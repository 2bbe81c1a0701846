const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?|\[?::ffff:127(?:\.\d{1,3}){3}\]?)$/i;

/** Whether an address or the name of a host, with or without brackets, is this very machine. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}
