import { lastWrites } from "../../core/logs/last_findings.ts";
import { sha256 } from "../../core/workspace/sha256.ts";
import type { KafkaBus } from "../../streaming/kafka/types.ts";
import type { Message } from "../../streaming/bus/types.ts";
import type { LogFindings } from "../../streaming/logs/process_ctx.ts";
import type { RoleContext } from "./service_main.ts";

/** Results that are remembered, so that one that comes again is not shown again. */
const REMEMBERED = 1_000;

/**
 * Shows and keeps what workers of any process found out, also what they found while no `up` ran here:
 * the workspace is a consumer group of its own, whose position is in the store.
 *
 * @returns ends it.
 */
export async function showResults(
  { init, tell }: RoleContext,
  bus: KafkaBus,
): Promise<() => Promise<void>> {
  const seen = new Set<string>();
  const group = `results-${(await sha256(new TextEncoder().encode(init.root))).slice(0, 16)}`;
  const work = ({ id, value }: Message<LogFindings>) => {
    if (typeof value?.container !== "string") return [];
    const { container, summary, key_points, plan, ts } = value;
    if (!seen.has(id)) tell("service.result", { container, summary, key_points, plan, ts });
    seen.add(id);
    if (seen.size > REMEMBERED) seen.delete(seen.values().next().value!);
    return lastWrites(container, { summary, key_points, plan }, ts);
  };
  const processor = bus.process<LogFindings>("agent.results.*", group, work);
  return () => processor.close();
}
