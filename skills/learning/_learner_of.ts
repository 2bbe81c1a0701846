import type { Learner } from "../../core/agent/learner.ts";
import { UserError } from "../../core/errors.ts";
import type { ToolContext } from "../../core/tool.ts";

/**
 * The learner of a call.
 *
 * @throws {UserError} `failed` where nothing learns.
 */
export async function learnerOf({ learner }: Pick<ToolContext, "learner">): Promise<Learner> {
  if (learner !== undefined) return await learner();
  throw new UserError("failed", "nothing learns in this session", {
    hint: "use the dspy-code program, or give openSession a learner",
  });
}

/** Runs what may refuse an input: that is the person's to mend. */
export async function asked<T>(work: () => Promise<T>, hint: string): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UserError("usage", cause.message, { hint, cause });
  }
}
