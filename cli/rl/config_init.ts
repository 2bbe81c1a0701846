import { DEFAULT_RL_CONFIG } from "../../rl/tools/rl_config.ts";
import { type OwnConfig, writeOwnConfig } from "../own_config.ts";
import type { Io, Place } from "../shell.ts";
import { RL_CONFIG } from "./settings.ts";

/** Writes the settings of `rl train`, all with their defaults; see {@linkcode writeOwnConfig}. */
export async function rlConfigInit(
  place: Pick<Place, "workspace" | "policy" | "ours">,
  options: Pick<OwnConfig, "out" | "force">,
  io: Io,
): Promise<number> {
  const text = `${JSON.stringify(DEFAULT_RL_CONFIG, null, 2)}\n`;
  return await writeOwnConfig(place, { own: RL_CONFIG, text, ...options }, io);
}
