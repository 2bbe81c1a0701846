/** Waits until something holds, or time is up. */
export async function until(holds: () => boolean, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (!holds() && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
