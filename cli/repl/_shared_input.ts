import type { LineInput } from "./line_editor.ts";

/** One end of an input that several read from. */
export type KeySource = Pick<LineInput, "read">;

/** An input with an owner, whose bytes can be given to another for a while. */
export interface SharedInput {
  readonly owner: KeySource;
  /** Gives what arrives from now on to another, until that is disposed of. */
  lend(): KeySource & Disposable;
}

/** What one reader waits for, and what has come for it. */
interface Desk {
  bytes: Uint8Array;
  wake: (() => void) | undefined;
}

const CHUNK = 4096;

/**
 * Shares an input: a read that waits cannot be taken back, so that there is one at most, and its
 * bytes go to whoever holds the input when they arrive.
 */
export function createSharedInput(input: KeySource): SharedInput {
  const owner = newDesk();
  let holder = owner;
  let reading = false;
  let ended = false;
  return {
    owner: { read: (into) => take(owner, into) },
    lend() {
      const before = holder;
      const borrower = holder = newDesk();
      return {
        read: (into) => take(borrower, into),
        [Symbol.dispose]() {
          if (holder === borrower) holder = before;
          if (holder.wake !== undefined) void fetch();
        },
      };
    },
  };

  async function take(desk: Desk, into: Uint8Array): Promise<number | null> {
    while (desk.bytes.length === 0) {
      if (ended) return null;
      const { promise, resolve } = Promise.withResolvers<void>();
      desk.wake = resolve;
      void fetch();
      await promise;
    }
    const taken = desk.bytes.subarray(0, into.length);
    into.set(taken);
    desk.bytes = desk.bytes.subarray(taken.length);
    return taken.length;
  }

  async function fetch(): Promise<void> {
    if (reading || ended) return;
    reading = true;
    const chunk = new Uint8Array(CHUNK);
    // A terminal that hangs up is an end like any other.
    const length = await input.read(chunk).catch(() => null);
    reading = false;
    ended = length === null;
    if (length !== null) holder.bytes = joined(holder.bytes, chunk.subarray(0, length));
    wake(holder);
    if (holder === owner) return;
    if (ended) wake(owner);
  }
}

function newDesk(): Desk {
  return { bytes: new Uint8Array(0), wake: undefined };
}

function wake(desk: Desk): void {
  desk.wake?.();
  desk.wake = undefined;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
