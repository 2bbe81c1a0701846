/** A grace for answers that came while this process was busy: they are read before it gives up. */
const GRACE_MS = 20;

/**
 * Waits for work, but no longer than given.
 *
 * @throws {Error} `no answer within N ms` when time is up; what the work does then is nobody's.
 */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      timer = setTimeout(() => reject(noAnswer(ms)), GRACE_MS);
    }, ms);
  });
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

/** For who did not answer. */
export function noAnswer(ms: number): Error {
  return new Error(`no answer within ${ms} ms`);
}
