import { lastWrites } from "../../core/logs/last_findings.ts";
import type { Store } from "../../core/store/types.ts";
import type { EventStream } from "../../streaming/bus/types.ts";
import type { LogFindings } from "../../streaming/logs/process_ctx.ts";
import type { RoleContext } from "./service_main.ts";

/** Results that are remembered, so that one that comes again is not shown again. */
const REMEMBERED = 1_000;

/** Shows and keeps what workers of other processes found out. */
export function showResults({ tell }: RoleContext, bus: EventStream, store: Store): void {
  const seen = new Set<string>();
  bus.subscribe<LogFindings>("agent.results.*", async ({ id, value }) => {
    if (seen.has(id) || typeof value?.container !== "string") return;
    seen.add(id);
    if (seen.size > REMEMBERED) seen.delete(seen.values().next().value!);
    const { container, summary, key_points, plan, ts } = value;
    await store.commit(lastWrites(container, { summary, key_points, plan }, ts));
    tell("service.result", { container, summary, key_points, plan, ts });
  });
}
