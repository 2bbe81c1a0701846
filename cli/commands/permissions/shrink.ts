import { readReceipts } from "../../../core/safety/audit.ts";
import type { CliContext } from "../../app.ts";
import { shrinkPolicy } from "./shrink_policy.ts";

/** `permissions shrink`: the smallest policy that would have sufficed, by the receipts. */
export async function shrink(
  this: CliContext,
  { last }: { last?: number },
): Promise<void> {
  const { io, registry } = this.shell;
  const { stateDir, policy } = await this.shell.place();
  const receipts = await readReceipts(stateDir);
  const counted = last === undefined
    ? receipts
    : receipts.slice(Math.max(0, receipts.length - last));
  for (const line of shrinkPolicy(counted, { registry, policy })) io.out(line);
}
