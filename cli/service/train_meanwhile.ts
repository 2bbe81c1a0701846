import type { Store } from "../../core/store/types.ts";
import type { RoleContext } from "./service_main.ts";

/** A trainer at work. */
export interface Training {
  /** What the last pass did. */
  status(): { readonly status: string; readonly passes: number; readonly last?: unknown };
  stop(): Promise<void>;
}

/** Trains and judges policies from what sessions of this workspace log, each entry exactly once. */
export async function trainMeanwhile(
  { tell }: RoleContext,
  store: Store,
): Promise<Training> {
  const [{ runBackgroundTrainer }, { toolPrior }] = await Promise.all([
    import("../../rl/background/run_background_trainer.ts"),
    import("../../rl/chooser/tool_prior.ts"),
  ]);
  let passes = 0;
  let last: unknown;
  const trainer = runBackgroundTrainer({
    store,
    prior: toolPrior(),
    onPass(report) {
      passes++;
      last = report;
      tell("service.trained", { text: `trained up to entry ${report.offset} of the decisions` });
    },
    warn: (text) => tell("service.notice", { level: "warning", text }),
  });
  return {
    status: () => ({ status: "running", passes, ...last !== undefined && { last } }),
    stop: () => trainer.stop(),
  };
}
