import type { Config } from "../../core/config.ts";
import type { MergedConfig } from "../../core/config_merge.ts";
import { CONFIG_OPTIONS, fileName } from "../../core/config_options.ts";
import type { Io } from "../shell.ts";

/** Options of {@linkcode configShow}. */
export interface ConfigShowOptions {
  /** One JSON object instead of lines. Default false. */
  readonly json?: boolean;
}

/**
 * Prints each setting with its value and where that comes from. Names and passwords inside an
 * address are hidden; keys are never part of the settings.
 *
 * @param merged what flags, environment and files came to.
 */
export function configShow(
  { config, origins }: Pick<MergedConfig, "config" | "origins">,
  { json = false }: ConfigShowOptions,
  io: Io,
): void {
  const rows = CONFIG_OPTIONS.map((option) => {
    const { origin, detail } = origins[option.key];
    return { name: fileName(option), value: shown(config[option.key]), origin, detail };
  });
  const keyOrigin = origins.keySet;
  rows.push({ name: "key", value: config.keySet ? "set" : undefined, ...keyOrigin });
  if (json) {
    io.out(JSON.stringify(Object.fromEntries(
      rows.map(({ name, value, ...from }) => [name, { value: value ?? null, ...from }]),
    )));
    return;
  }
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, value, origin, detail } of rows) {
    const from = [origin, detail].filter(Boolean).join(" ");
    io.out(`${name.padEnd(width)}  ${value ?? "(unset)"}  [${from}]`);
  }
}

function shown(value: Config[keyof Config]): string | number | boolean | undefined {
  return typeof value === "string" ? value.replace(/\/\/[^/@\s]+@/, "//***@") : value;
}
