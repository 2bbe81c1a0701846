import { openFiles } from "../../core/workspace/open_files.ts";
import type { CliContext } from "../app.ts";
import { doctor } from "./doctor.ts";
import { gitFilesProbe } from "./git_files_probe.ts";
import { hooksProbes } from "./hooks_probe.ts";
import { jailProbe } from "./jail_probe.ts";
import { programProbes, toolchainProbes } from "./program_probes.ts";
import { configProbe, logsProbe, modelProbe } from "./settings_probes.ts";
import {
  denoProbe,
  diskProbe,
  grammarsProbe,
  storeProbe,
  terminalProbe,
  workspaceProbe,
} from "./system_probes.ts";

/** `doctor`: what works here, what is missing and how to get it. */
export async function runDoctor(this: CliContext): Promise<void> {
  const { shell } = this;
  const place = await shell.place();
  const { merged, config, workspace: { root } } = place;
  const site = { root, env: shell.env };
  const files = openFiles(root, { denied: place.policy.deny_paths });
  const probes = [
    denoProbe,
    workspaceProbe(root),
    jailProbe(place, shell.env),
    storeProbe(root),
    configProbe(merged),
    ...hooksProbes({ place, env: shell.env, registry: shell.registry }),
    ...programProbes(site),
    ...await toolchainProbes(files, site),
    gitFilesProbe(root, shell.env),
    grammarsProbe,
    terminalProbe(shell.env),
    diskProbe(root),
    logsProbe(files, config.logs),
    modelProbe(merged),
  ];
  shell.exit(await doctor(probes, shell.io, { json: config.json }));
}
