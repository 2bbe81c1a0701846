import type { Tally } from "./tally.ts";

/**
 * Takes back what the last request of this session changed, newest first, and then the request itself
 * out of the conversation. What cannot be taken back ends it: what stands in the files stays in the
 * talk.
 *
 * @param run runs a tool for the person.
 * @param ok whether it did what it was to do.
 * @returns the end of the last tool that ran.
 */
export async function takeBack<E>(
  conversation: string,
  tally: Tally,
  run: (tool: string, input: unknown) => Promise<E>,
  ok: (end: E) => boolean,
): Promise<E> {
  const { changes } = tally.now();
  for (const what of [...changes.at(-1) ?? []].reverse()) {
    const end = await run("undo", { what });
    if (!ok(end)) return end;
  }
  tally.takeBack();
  return await run("sessions", { action: "rewind", name: conversation });
}
