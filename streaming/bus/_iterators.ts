import type { Reader } from "./_reader.ts";
import type { Message } from "./types.ts";

type Result<T> = IteratorResult<T, undefined>;

/** Reads one by one. Not a generator: that would take two turns of the event loop for each. */
export function iteratorOf(reader: Reader): AsyncIterator<Message, undefined> {
  return {
    next() {
      const message = reader.getNowait();
      if (message !== undefined) {
        reader.iterating = true;
        return Promise.resolve<Result<Message>>({ done: false, value: message });
      }
      reader.iterating = false;
      if (reader.isClosed) {
        return Promise.resolve<Result<Message>>({ done: true, value: undefined });
      }
      return new Promise((resolve) =>
        reader.wait((value) => {
          reader.iterating = value !== undefined;
          resolve(value === undefined ? { done: true, value } : { done: false, value });
        })
      );
    },
    return: () => leave(reader),
  };
}

/** Reads all that waits, at least one, at most `max`. */
export function batchesOf(reader: Reader, max: number): AsyncIterable<readonly Message[]> {
  const next = async (): Promise<Result<readonly Message[]>> => {
    reader.iterating = false;
    const first = await reader.get();
    if (first === undefined) return { done: true, value: undefined };
    reader.iterating = true;
    const batch = [first];
    while (batch.length < max) {
      const message = reader.getNowait();
      if (message === undefined) break;
      batch.push(message);
    }
    return { done: false, value: batch };
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: () => leave(reader) }) };
}

async function leave(reader: Reader): Promise<Result<never>> {
  reader.iterating = false;
  await reader.close();
  return { done: true, value: undefined };
}
