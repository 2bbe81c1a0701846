/** A queue with a limit, between workers that wait for each other. */
export interface Queue<T> {
  /** How many things wait in it. */
  readonly size: number;
  /** Adds one, waiting while it is full. False when the queue was closed: it was not added. */
  push(item: T): Promise<boolean>;
  /** Takes the oldest, waiting while there is none. Undefined once it is closed and empty. */
  pull(): Promise<T | undefined>;
  /** Lets nothing more in; what is in it can still be taken. */
  close(): void;
}

/** Makes a queue for at most so many things; who waits longest is served first. */
export function createQueue<T>(limit: number): Queue<T> {
  const items: T[] = [];
  const pushing: { item: T; done: (added: boolean) => void }[] = [];
  const pulling: ((item: T | undefined) => void)[] = [];
  let closed = false;

  return {
    get size() {
      return items.length;
    },
    push(item) {
      if (closed) return Promise.resolve(false);
      const waiting = pulling.shift();
      if (waiting) waiting(item);
      else if (items.length < limit) items.push(item);
      else return new Promise((done) => pushing.push({ item, done }));
      return Promise.resolve(true);
    },
    pull() {
      if (items.length === 0) {
        return closed ? Promise.resolve(undefined) : new Promise((take) => pulling.push(take));
      }
      const item = items.shift()!;
      const waiting = pushing.shift();
      if (waiting) {
        items.push(waiting.item);
        waiting.done(true);
      }
      return Promise.resolve(item);
    },
    close() {
      closed = true;
      for (const { done } of pushing.splice(0)) done(false);
      for (const take of pulling.splice(0)) take(undefined);
    },
  };
}
