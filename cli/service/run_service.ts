import type { Shell } from "../shell.ts";
import { prepareModules } from "../prepare_modules.ts";
import { sessionEnv } from "../session_env.ts";
import { sessionLost } from "../session_process.ts";
import { jsonLine } from "../ui/json_lines.ts";
import { followContainers } from "./follow_containers.ts";
import { renderService } from "./render_service.ts";
import { servicePlan } from "./service_plan.ts";
import { startService, STOP_MS } from "./service_process.ts";
import type { ServiceInit } from "./types.ts";

/** What a command says of the service it wants; the rest comes from the workspace. */
export type ServiceWanted = Omit<ServiceInit, "type" | "root" | "config" | "model">;

/**
 * Runs a service until it ends, or until Ctrl-C, SIGTERM or SIGHUP ends it: then it stores what it
 * holds and says goodbye; a second Ctrl-C does not wait for that.
 *
 * @returns the exit code: 0 also when it was asked to end, 130 when it was not left the time to.
 * @throws {UserError} when its process is lost.
 */
export async function runService(shell: Shell, wanted: ServiceWanted): Promise<number> {
  const { io, env } = shell;
  const place = await shell.place();
  await prepareModules({ env, tell: io.err, kind: "service" });
  const plan = await servicePlan(place, wanted);
  const asks = (plan.hosts ?? []).length > 0;
  const service = startService(
    plan,
    {
      type: "init",
      root: place.workspace.root,
      config: place.config,
      ...asks && { model: place.model },
      ...wanted,
    },
    sessionEnv(env),
  );
  const docker = wanted.docker && followContainers({
    containers: wanted.docker,
    env,
    onLine: (container, line) => service.send({ type: "line", container, line }),
    warn: io.err,
  });
  const stop = () => {
    void docker?.stop();
    service.stop();
  };
  let interrupts = 0;
  const interrupt = () => {
    if (++interrupts > 1) service.kill();
    stop();
  };
  Deno.addSignalListener("SIGINT", interrupt);
  shell.leaveBy(async () => {
    stop();
    await service.ended;
    // It is killed when it takes longer.
  }, STOP_MS + 2_000);
  let code: number | undefined;
  try {
    for await (const event of service.events) {
      if (event.type === "service.error") code = event.data.exitCode;
      if (event.type === "service.end") code ??= 0;
      if (place.config.output !== "text") io.out(jsonLine(event));
      else renderService(event, io);
    }
    const end = await service.ended;
    if (code !== undefined) return code;
    if (interrupts > 1) return 130;
    throw sessionLost(end);
  } finally {
    stop();
    await docker?.stop();
    Deno.removeSignalListener("SIGINT", interrupt);
  }
}
