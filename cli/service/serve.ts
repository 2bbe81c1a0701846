import { describeError } from "../../core/errors.ts";
import { openStore } from "../../core/store/open_store.ts";
import { openEvents } from "./open_events.ts";
import { openStatus } from "./open_status.ts";
import type { RoleContext } from "./service_main.ts";
import { storePath } from "./store_path.ts";
import { untilAborted } from "./until_aborted.ts";

/** The status page and its API, of what the store of the workspace holds. */
export async function run(context: RoleContext): Promise<Record<string, number>> {
  const { init, tell, signal } = context;
  const warn = (text: string) => tell("service.notice", { level: "warning", text });
  const store = await openStore(storePath(init.root), { onWarning: warn });
  const events = openEvents(init, (error) => warn(describeError(error)));
  try {
    const status = openStatus(context, { store, events });
    tell("service.start", { role: "serve", logs: [], status: status.url, bus: "local" });
    await untilAborted(signal);
    await status.close();
    return {};
  } finally {
    await events.close();
    await store.close();
  }
}
