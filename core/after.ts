/**
 * Does something after a while, which holds up no process that would end. By a signal: the first
 * `setTimeout` of a process loads all of Node's timers, 11 ms.
 *
 * @param ms milliseconds.
 * @returns takes it back.
 */
export function after(ms: number, act: () => void): () => void {
  const signal = AbortSignal.timeout(ms);
  signal.addEventListener("abort", act);
  return () => signal.removeEventListener("abort", act);
}
