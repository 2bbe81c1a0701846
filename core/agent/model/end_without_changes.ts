import type { AskSetup } from "../ask.ts";
import type { LoopEnd } from "../loop.ts";
import type { CallResult } from "../mind.ts";

/** What a helper may not do that was only told to read: nobody wanted it. */
const READING = "agent.tools";

/**
 * The end of a run that got none of the changes it wanted, because they were refused: not ok,
 * whatever the model says of it. In plan mode a refusal is what was asked for.
 *
 * @param results of all its calls.
 */
export function endWithoutChanges(
  end: LoopEnd,
  results: readonly CallResult[],
  { registry, emit, config }: Pick<AskSetup, "registry" | "emit" | "config">,
): LoopEnd {
  if (!end.ok || config.approval === "plan") return end;
  const wanted = results.filter(({ call, refused }) =>
    registry.find(call.tool)?.effect === "write" && refused !== READING
  );
  const rules = new Set(wanted.map(({ refused }) => refused).filter((rule) => rule !== undefined));
  if (rules.size === 0 || wanted.some(({ ok }) => ok)) return end;
  const way = rules.has("approval.unset.write")
    ? ": --approval edit lets changes of files run"
    : "";
  const text = `nothing was changed: every change was refused [${[...rules].join(", ")}]${way}`;
  emit("notice", { level: "warning", text });
  return { ...end, ok: false, stop: "permission" };
}
