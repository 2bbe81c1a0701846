import type { JobClass } from "./types.ts";

/** All classes of jobs. */
export const JOB_CLASSES: readonly JobClass[] = ["cpu_short", "cpu_long", "gpu", "gpu_slurm"];
