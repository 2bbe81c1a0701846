import type { EventStream, GetOptions, Message } from "./types.ts";

/**
 * The last message of a topic, else the next one.
 *
 * @param options how long to wait.
 * @returns undefined when time is up.
 */
export async function getLatest<T>(
  bus: Pick<EventStream, "latest" | "subscribe">,
  topic: string,
  options: GetOptions = {},
): Promise<Message<T> | undefined> {
  const latest = bus.latest<T>(topic);
  if (latest !== undefined) return latest;
  await using next = bus.subscribe<T>(topic, { maxsize: 1, policy: "drop-oldest" });
  return await next.get(options);
}
