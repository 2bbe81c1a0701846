import type { KeySource } from "./_shared_input.ts";

/** A keyboard for tests. */
export interface Keyboard extends KeySource {
  /** How many reads wait. */
  reads(): number;
  /** Gives text to the read that waits; null ends the input. */
  type(text: string | null): Promise<void>;
}

/** Makes one: bytes come when they are typed. */
export function keyboard(): Keyboard {
  const waiting: ((bytes: Uint8Array | null) => void)[] = [];
  return {
    reads: () => waiting.length,
    async type(text: string | null) {
      // What wants to read has done so by then.
      await settled();
      waiting.shift()!(text === null ? null : new TextEncoder().encode(text));
      await settled();
    },
    async read(into: Uint8Array): Promise<number | null> {
      const { promise, resolve } = Promise.withResolvers<Uint8Array | null>();
      waiting.push(resolve);
      const bytes = await promise;
      if (bytes === null) return null;
      into.set(bytes);
      return bytes.length;
    },
  };
}

/** Resolves when what was begun has come to wait. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** What a read gives, as text. */
export async function textOf(source: KeySource, length = 100): Promise<string | null> {
  const into = new Uint8Array(length);
  const read = await source.read(into);
  return read === null ? null : new TextDecoder().decode(into.subarray(0, read));
}
