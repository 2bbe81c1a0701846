import { UserError } from "../../core/errors.ts";
import { lazy } from "../../core/lazy.ts";
import type { CliContext } from "../app.ts";
import type { BackgroundFlags, RlAction } from "../rl/routes.ts";
import type { TrainFlags } from "../rl/train_flags.ts";

const loadTrain = lazy<typeof import("../rl/train.ts")>("../rl/train.ts", import.meta.url);
const loadInit = lazy<typeof import("../rl/config_init.ts")>(
  "../rl/config_init.ts",
  import.meta.url,
);

/** `rl status` and its like: what the tool `policy` does. */
export function tend(action: RlAction) {
  return async function (
    this: CliContext,
    { force }: { readonly force?: boolean },
    file?: string,
  ): Promise<void> {
    if (action === "import" && file === undefined) {
      throw new UserError("usage", "rl import needs a file", {
        hint: "for example: rl import policy.json",
      });
    }
    const fields = { ...file !== undefined && { file }, ...force && { force } };
    const code = await this.shell.runTool("policy", { action, ...fields });
    if (code !== 0) this.shell.exit(code);
  };
}

/** `rl background`: trains challengers by what sessions log. */
export async function background(
  this: CliContext,
  { once = false, interval, steps }: BackgroundFlags,
): Promise<void> {
  const { shell } = this;
  const most = steps ?? wholeOf("RL_BACKGROUND_STEPS", shell.env["RL_BACKGROUND_STEPS"]);
  const code = await shell.runTool("policy", {
    action: "background",
    once,
    ...interval !== undefined && { interval },
    ...most !== undefined && { most },
  });
  if (code !== 0) shell.exit(code);
}

function wholeOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new UserError(
    "usage",
    `${name} is ${JSON.stringify(text)}; expected a whole number above 0`,
  );
}

/** `rl config init`: the settings of `rl train`. */
export async function configInit(
  this: CliContext,
  flags: { out?: string; force?: boolean },
): Promise<void> {
  const { rlConfigInit } = await loadInit();
  this.shell.exit(await rlConfigInit(await this.shell.place(), flags, this.shell.io));
}

/** `rl train`: teaches a policy with the workspace's own checks. */
export async function train(this: CliContext, flags: TrainFlags): Promise<void> {
  const { rlTrain } = await loadTrain();
  this.shell.exit(await rlTrain(this.shell, flags));
}
