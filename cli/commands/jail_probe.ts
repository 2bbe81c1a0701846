import { VERSION } from "../../core/version.ts";
import { ALL_NEEDS, jailPlan } from "../jail_plan.ts";
import { sessionEnv } from "../session_env.ts";
import { startSessionProcess } from "../session_process.ts";
import type { Place } from "../shell.ts";
import type { Probe, ProbeResult } from "./doctor.ts";

/**
 * Whether a session's process starts with its own permissions and answers.
 *
 * @param env the launcher's environment.
 */
export function jailProbe(
  place: Place,
  env: Readonly<Record<string, string | undefined>>,
): Probe {
  const { workspace, config, policy } = place;
  return {
    name: "jail",
    essential: true,
    async run(signal): Promise<ProbeResult> {
      const start = performance.now();
      let answered = false;
      const child = startSessionProcess({
        plan: { ...await jailPlan(place, ALL_NEEDS), writes: "state" },
        init: {
          type: "init",
          session: crypto.randomUUID(),
          workspace,
          config,
          policy,
          interactive: false,
          writes: "state",
        },
        env: sessionEnv(env),
        onEvent: ({ type }) => {
          if (type === "session.start") answered = true;
        },
      });
      signal.addEventListener("abort", () => child.kill());
      await child.close();
      const { stderr } = await child.ended;
      if (!answered) {
        const why = stderr.split("\n")[0] ?? "";
        return { status: "missing", detail: `the session's process did not start: ${why}` };
      }
      const ms = Math.round(performance.now() - start);
      const detail =
        `dspy-code ${VERSION} in a process of its own, without net, env and run, ${ms} ms`;
      return { status: "ok", detail };
    },
  };
}
