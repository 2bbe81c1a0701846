/** Characters of standard error that are kept. */
const KEPT = 8_000;

/**
 * Reads a stream to its end and keeps the end of it: what a program said last.
 *
 * @param onTail told what is kept, each time more has come. Default: nobody.
 */
export async function keepTail(
  stream: ReadableStream<Uint8Array>,
  onTail: (tail: string) => void = () => {},
): Promise<string> {
  let kept = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    kept = (kept + decoder.decode(chunk, { stream: true })).slice(-KEPT);
    onTail(kept);
  }
  return kept;
}
