/** Waits so many milliseconds. `node:timers/promises` would cost the start of each session more. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
