import { describeError, UserError } from "../../core/errors.ts";
import { joinWords } from "../../core/safety/words.ts";
import { type HookSources, readHooks } from "../hooks/read_hooks.ts";
import { hookProgram } from "../hooks/start_hook.ts";
import type { Probe, ProbeResult } from "./doctor.ts";

/** Whether the programs of the configured hooks are there; no probe when none is configured. */
export function hooksProbes(sources: HookSources): Probe[] {
  return sources.place.hooks === undefined
    ? []
    : [{ name: "hooks", run: () => lookAt(sources).catch(notUnderstood) }];
}

async function lookAt(sources: HookSources): Promise<ProbeResult> {
  const { hooks, unused } = await readHooks(sources);
  const site = { root: sources.place.workspace.root, env: sources.env };
  const lacks = (await Promise.all(
    hooks.map((hook) =>
      hookProgram(hook, site).then(() => undefined, (error) => {
        const blocks = hook.on === "before" ? `; it blocks ${hook.tools.join(", ")}` : "";
        return `${joinWords(hook.command)}: ${describeError(error)}${blocks}`;
      })
    ),
  )).filter((lack) => lack !== undefined);
  if (lacks.length > 0) return { status: "warn", detail: lacks.join("; ") };
  if (unused !== undefined) return { status: "warn", detail: unused };
  return { status: "ok", detail: `${hooks.length} configured, their programs are there` };
}

function notUnderstood(error: unknown): ProbeResult {
  if (!(error instanceof UserError)) throw error;
  return { status: "warn", detail: error.message, ...error.hint && { get: error.hint } };
}
