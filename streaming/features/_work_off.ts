import type { Message, Subscription } from "../bus/types.ts";

/** Milliseconds that what waited at the stop may still take. */
const DRAIN_MS = 2000;

/**
 * Handles the messages of a group's member one after another and acknowledges each. After the signal
 * what waits is still worked off, within two seconds; then the subscription is closed.
 *
 * @param onError told why a message was not handled; it is handed back.
 */
export async function workOff<T>(
  subscription: Subscription<T>,
  handle: (message: Message<T>) => Promise<void>,
  { signal, onError }: {
    readonly signal: AbortSignal;
    readonly onError: (error: unknown, message: Message<T>) => void;
  },
): Promise<void> {
  const work = async (message: Message<T>) => {
    try {
      await handle(message);
      subscription.ack(message);
    } catch (error) {
      onError(error, message);
      subscription.nack(message, error);
    }
  };
  while (!signal.aborted) {
    const message = await subscription.get({ signal });
    if (message !== undefined) await work(message);
    else if (!signal.aborted) break;
  }
  const until = performance.now() + DRAIN_MS;
  for (let left = subscription.qsize; left > 0 && performance.now() < until; left--) {
    const message = subscription.getNowait();
    if (message === undefined) break;
    await work(message);
  }
  await subscription.close();
}
