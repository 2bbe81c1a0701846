import type { FallbackConfig, FallbackModel } from "./fallback_trainer.ts";

/** Throws unless each knob is within its range. */
export function checkConfig(config: FallbackConfig): FallbackConfig {
  for (const name of ["lr", "epsilon", "decay", "min", "gamma"] as const) {
    const value = config[name];
    if (!(value >= 0 && value <= 1)) throw new RangeError(`"${name}" is ${value}; expected 0 to 1`);
  }
  for (const name of ["batch", "memory", "update", "save"] as const) {
    const value = config[name];
    const least = name === "memory" ? 0 : 1;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RangeError(`"${name}" is ${value}; expected a whole number from ${least}`);
    }
  }
  return config;
}

/** Throws unless it is what the trainer wrote. */
export function checkModel(from: unknown): FallbackModel {
  const model = from as FallbackModel | null;
  const { action_values: values, action_counts: counts, epsilon } = model?.policy ??
    {} as Partial<FallbackModel["policy"]>;
  const training = Object.values(model?.training ?? {});
  const whole = typeof values === "object" && typeof counts === "object" &&
    typeof model?.config === "object" && training.length === 5 &&
    Object.entries(values ?? {}).every(([name, value]) =>
      Number.isFinite(value) && Number.isSafeInteger(counts?.[name]) && counts![name]! > 0
    ) &&
    Object.keys(counts ?? {}).length === Object.keys(values ?? {}).length &&
    epsilon! >= 0 && epsilon! <= 1 && training.every(Number.isFinite) &&
    [model.training.episode_count, model.training.step_count, model.training.episode_step]
      .every((count) => Number.isSafeInteger(count) && count >= 0);
  if (whole) return model!;
  throw new RangeError("not a model of this trainer; set the file aside and start anew");
}
