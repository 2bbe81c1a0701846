import type { MergedConfig } from "../../core/config_merge.ts";
import type { Files } from "../../core/workspace/files.ts";
import { findLogs } from "../../skills/logs/find_logs.ts";
import type { Probe, ProbeResult } from "./doctor.ts";

/** Settings that were not taken, one probe in all. */
export function configProbe({ warnings }: Pick<MergedConfig, "warnings">): Probe {
  return {
    name: "config",
    run: () =>
      Promise.resolve<ProbeResult>(
        warnings.length === 0
          ? { status: "ok", detail: "all settings were understood" }
          : { status: "warn", detail: warnings.join("; "), get: "`dspy-code config` shows them" },
      ),
  };
}

/** Whether a model is set up. Nothing is sent anywhere. */
export function modelProbe({ config, origins }: Pick<MergedConfig, "config" | "origins">): Probe {
  return {
    name: "model",
    run() {
      const { localMode, ollama, model, baseUrl, keySet } = config;
      const chosen = keySet || baseUrl !== undefined || origins.ollama.origin !== "default" ||
        origins.model.origin !== "default";
      if (localMode || !chosen) {
        const why = localMode ? "switched off by local_mode" : "none set up";
        return Promise.resolve<ProbeResult>({
          status: "ok",
          detail: `${why}: every command works without one`,
        });
      }
      const where = ollama ? "Ollama" : baseUrl === undefined ? "OpenAI" : "its own address";
      const key = keySet ? "key set" : "no key set";
      return Promise.resolve<ProbeResult>({
        status: "ok",
        detail: `${model} at ${where}, ${key} (not contacted)`,
      });
    },
  };
}

/**
 * Whether there are logs for `context`, `watch` and `plan`.
 *
 * @param files of the workspace.
 * @param folder of the logs, as configured.
 */
export function logsProbe(files: Files, folder: string): Probe {
  return {
    name: "logs",
    async run(signal): Promise<ProbeResult> {
      const logs = await findLogs(files, folder, signal).catch(() => []);
      if (logs.length > 0) return { status: "ok", detail: `${logs.length} in ${folder}` };
      return {
        status: "warn",
        detail: `none in ${folder}: context, watch and plan do without`,
        get: "name their folder with --logs or in .dspy/config.yaml",
      };
    },
  };
}
