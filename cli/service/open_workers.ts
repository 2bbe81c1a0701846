import type { Store } from "../../core/store/types.ts";
import { describeError } from "../../core/errors.ts";
import { createLogMask } from "../../core/logs/mask_log.ts";
import type { EventStream } from "../../streaming/bus/types.ts";
import type { LogSummarizer } from "../../streaming/logs/process_ctx.ts";
import { Worker, type WorkerOptions } from "../../streaming/logs/worker.ts";
import { secretsOf } from "./secrets_of.ts";
import type { RoleContext } from "./service_main.ts";

/** Which contexts workers answer, and how many they are. */
export interface WorkersWanted extends Pick<WorkerOptions, "ctxTopic" | "group"> {
  readonly container: string;
  readonly count: number;
  readonly store?: Store | undefined;
  /** Default: rules answer. */
  readonly summarizer?: LogSummarizer | undefined;
  /** Whether findings are not told, because somebody else does. Default false. */
  readonly quiet?: boolean;
}

/** Starts members of a group; their findings are told. */
export function openWorkers(
  { init, tell }: RoleContext,
  bus: EventStream,
  { container, count, store, quiet = false, ...wanted }: WorkersWanted,
): readonly Worker[] {
  const mask = createLogMask(secretsOf(init));
  let told = "";
  return Array.from({ length: count }, () =>
    new Worker(bus, container, {
      ...wanted,
      mask,
      root: init.root,
      ...store && { store },
      onFindings(findings, { last }) {
        if (quiet) return;
        const ms = last === undefined ? {} : { ms: findings.ts - last };
        tell("service.result", { ...findings, ...ms });
      },
      onError(error) {
        const text = describeError(error);
        // A model that is away fails each time.
        if (text !== told) tell("service.notice", { level: "warning", text });
        told = text;
      },
    }));
}
