/** Receives the messages of a subscription. */
export type Handler<M> = (message: M, topic: string) => void;

/**
 * Carries messages from those who act to those who watch. Publishing never waits and never throws
 * because of a subscriber.
 */
export interface Bus<M> {
  /** Hands a message to every handler whose topic fits. */
  publish(topic: string, message: M): void;
  /**
   * Subscribes to topics.
   *
   * @param topic dotted; `*` stands for one segment, a last `>` for all that follow.
   * @returns ends the subscription.
   */
  subscribe(topic: string, handler: Handler<M>): () => void;
}

/** Options of {@linkcode createBus}. */
export interface BusOptions {
  /** Told what a handler threw; the other handlers still get the message. Default: rethrown later. */
  readonly onError?: (error: unknown) => void;
}

/**
 * The simplest honest bus: handlers run at once, in the order of their subscriptions. No queues, so
 * nothing is ever dropped and a slow handler slows the publisher.
 */
export function createBus<M>({ onError = reportError }: BusOptions = {}): Bus<M> {
  const subscriptions = new Set<{ pattern: string[]; handler: Handler<M> }>();
  return {
    publish(topic, message) {
      const segments = topic.split(".");
      for (const { pattern, handler } of [...subscriptions]) {
        if (!matches(pattern, segments)) continue;
        try {
          handler(message, topic);
        } catch (error) {
          onError(error);
        }
      }
    },
    subscribe(topic, handler) {
      const subscription = { pattern: topic.split("."), handler };
      subscriptions.add(subscription);
      return () => void subscriptions.delete(subscription);
    },
  };
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.at(-1) === ">") {
    return segments.length >= pattern.length && pattern.slice(0, -1).every(fits);
  }
  return pattern.length === segments.length && pattern.every(fits);

  function fits(part: string, i: number): boolean {
    return part === "*" || part === segments[i];
  }
}
