import { describeError } from "../../core/errors.ts";
import { pause } from "../../core/pause.ts";
import { openStore } from "../../core/store/open_store.ts";
import { fits } from "../../streaming/bus/topic.ts";
import { followStreams } from "./follow_streams.ts";
import { KEPT_TOPICS } from "./open_bus.ts";
import { openEvents } from "./open_events.ts";
import { openStatus } from "./open_status.ts";
import type { RoleContext } from "./service_main.ts";
import { storePath } from "./store_path.ts";
import { untilAborted } from "./until_aborted.ts";

/** Entries of each kind of topic that are shown from before. */
const NEWEST = 50;
/** Milliseconds before a store that could not be read is read again. */
const RETRY_MS = 1_000;

/** The status page and its API, of what the store of the workspace holds. */
export async function run(context: RoleContext): Promise<Record<string, number>> {
  const { init, tell, signal } = context;
  const warn = (text: string) => tell("service.notice", { level: "warning", text });
  const store = await openStore(storePath(init.root), { onWarning: warn });
  const failed = (error: unknown) => warn(describeError(error));
  // What up finds comes from the store, and is written by who keeps it there.
  const isKept = (topic: string) => KEPT_TOPICS.some((pattern) => fits(pattern, topic));
  const events = openEvents(init, failed, (topic) => !isKept(topic));
  const following = new AbortController();
  const followed = Promise.all(KEPT_TOPICS.map(follow));
  try {
    const status = openStatus(context, { store, events });
    tell("service.start", { role: "serve", logs: [], status: status.url, bus: "local" });
    await untilAborted(signal);
    await status.close();
    return {};
  } finally {
    following.abort();
    await followed;
    await events.close();
    await store.close();
  }

  async function follow(pattern: string): Promise<void> {
    const { signal } = following;
    for (let limit = NEWEST; !signal.aborted; limit = 0) {
      try {
        for await (
          const { stream, value } of followStreams(store, { pattern, limit, follow: true, signal })
        ) events.publish(stream, value);
      } catch (error) {
        failed(error);
        await pause(RETRY_MS, signal);
      }
    }
  }
}
