import type { Config } from "../core/config.ts";
import { mergeConfig } from "../core/config_merge.ts";
import type { JailPlan } from "../core/safety/jail.ts";
import { modelAddress } from "./model_address.ts";

/** What a session for a request will most likely be: by flags and environment, without files. */
export interface MindAhead extends Pick<JailPlan, "writes"> {
  /** What it loads while it waits: see `session_main.ts`. */
  readonly preload: string;
  /** The model's; undefined for no model. */
  readonly host: string | undefined;
}

/** Guesses what a request's session may do. */
export function mindAhead(
  flags: Readonly<Partial<Record<keyof Config, unknown>>>,
  env: Readonly<Record<string, string | undefined>>,
): MindAhead {
  const { config } = mergeConfig({ flags, env });
  const model = modelAddress(config, env);
  return model === undefined ? { writes: "state", preload: "mind", host: undefined } : {
    writes: config.approval === "plan" ? "state" : "all",
    preload: `mind:${model.provider}`,
    host: model.host,
  };
}
