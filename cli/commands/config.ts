import type { CliContext } from "../app.ts";
import { configInit } from "./config_init.ts";
import { configShow } from "./config_show.ts";

/** `config`: each setting, its value and where it comes from. */
export async function show(this: CliContext): Promise<void> {
  const { merged, config } = await this.shell.place();
  configShow(merged, { json: config.json }, this.shell.io);
}

/** `config init`: commented files to start from. */
export async function init(
  this: CliContext,
  { force = false }: { force?: boolean },
): Promise<void> {
  const { workspace } = await this.shell.place();
  this.shell.exit(await configInit(workspace.root, { force }, this.shell.io));
}
