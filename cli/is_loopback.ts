const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** Whether a host is this very machine, by its name in a parsed URL. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}
