import { UserError } from "../../core/errors.ts";
import type { ToolContext } from "../../core/tool.ts";
import type { FileChange } from "../../core/workspace/commit.ts";

/** What a call is going to write. */
export interface Plan {
  readonly changes: readonly FileChange[];
}

interface Shown {
  readonly input: unknown;
  readonly plan: Plan;
}

/** Plans that a person was asked about, by the call's context: they go when the call ends. */
const SHOWN = new WeakMap<ToolContext, Shown>();

/** Works out a plan to show before it is approved, and keeps it for the same call's run. */
export async function planToShow<T extends Plan>(
  ctx: ToolContext,
  input: unknown,
  make: () => Promise<T>,
): Promise<T> {
  const plan = await make();
  SHOWN.set(ctx, { input, plan });
  return plan;
}

/**
 * The very plan that was shown, so that what was approved is what is written; where none was shown,
 * a new one.
 *
 * @throws {UserError} `failed` when a file was changed while the person was asked.
 */
export async function planToRun<T extends Plan>(
  ctx: ToolContext,
  input: unknown,
  make: () => Promise<T>,
): Promise<T> {
  const shown = SHOWN.get(ctx);
  if (shown === undefined || shown.input !== input) return await make();
  for (const { from } of shown.plan.changes) {
    const now = await ctx.files.state(from.path);
    if (now.hash === from.hash && now.path === from.path) continue;
    throw new UserError("failed", `${JSON.stringify(from.path)} changed while you were asked`, {
      hint: "nothing was written; look at it and ask for the change again",
    });
  }
  return shown.plan as T;
}
