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

/** Runs what may refuse an input, perhaps out of a file: that is the person's to mend. */
export async function asked<T>(
  work: () => Promise<T>,
  hint: string,
  file?: string,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const where = file === undefined ? "" : `${file} is `;
    throw new UserError("usage", `${where}${cause.message}`, { hint, cause });
  }
}
