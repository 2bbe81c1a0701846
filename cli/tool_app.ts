import { type Application, buildApplication, buildRouteMap, type Command } from "@stricli/core";
import type { CatalogEntry } from "../core/registry.ts";
import type { CliContext } from "./app.ts";
import { applicationConfig } from "./flags/application_config.ts";
import { commandFor } from "./flags/command_for.ts";
import { PROGRAM } from "./flags/program.ts";

/** A tool as a command of ours. */
export function toolCommand(entry: CatalogEntry): Command<CliContext> {
  return commandFor<CliContext>(
    entry,
    async ({ shell }, input) => {
      const code = await shell.runTool(entry.name, input);
      if (code !== 0) shell.exit(code);
    },
    { program: PROGRAM },
  );
}

/** The command line of one tool: what a line that names it needs of the whole, ten milliseconds less. */
export function toolApp(entry: CatalogEntry): Application<CliContext> {
  const root = buildRouteMap<string, CliContext>({
    docs: { brief: entry.summary },
    routes: { [entry.name]: toolCommand(entry) },
  });
  return buildApplication(root, applicationConfig(PROGRAM));
}
