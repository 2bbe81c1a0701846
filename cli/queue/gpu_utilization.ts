import { UserError } from "../../core/errors.ts";
import type { SpawnProgram } from "../../streaming/queue/slurm.ts";

/** How long the driver may take to answer, in milliseconds. */
const PATIENCE_MS = 2_000;

/** Percent of the GPUs of this machine in use, on average; null where there is none to ask. */
export async function gpuUtilization(spawn: SpawnProgram): Promise<number | null> {
  const argv = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits"];
  const { code, stdout } = await spawn(argv, { signal: AbortSignal.timeout(PATIENCE_MS) })
    .catch((error: unknown) => {
      if (error instanceof UserError || error instanceof DOMException) {
        return { code: 1, stdout: "" };
      }
      throw error;
    });
  const percents = stdout.split("\n").map((line) => line.trim()).filter((line) =>
    /^\d+$/.test(line)
  ).map(Number);
  if (code !== 0 || percents.length === 0) return null;
  return percents.reduce((sum, percent) => sum + percent, 0) / percents.length;
}
