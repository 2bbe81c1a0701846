import { UserError } from "../../../core/errors.ts";
import { readReceipts, verifyReceipts } from "../../../core/safety/audit.ts";
import type { StoredReceipt } from "../../../core/safety/receipt.ts";
import { showControls } from "../../../core/safety/terminal.ts";
import type { CliContext } from "../../app.ts";

/**
 * `permissions audit [session]`: the receipts, or with `--verify` whether their chain is whole. With
 * `--json` a line for each, as it is kept.
 */
export async function audit(
  this: CliContext,
  { verify = false, last = 50 }: { verify?: boolean; last?: number },
  session?: string,
): Promise<void> {
  const { io } = this.shell;
  const { stateDir, config: { json } } = await this.shell.place();
  if (verify) {
    const result = await verifyReceipts(stateDir);
    if (result.ok) {
      return io.out(
        json ? JSON.stringify(result) : `${result.count} receipts, the chain is whole`,
      );
    }
    throw new UserError("failed", `receipt ${result.line} does not fit: ${result.why}`, {
      hint: `${result.count} receipts before it are whole`,
    });
  }
  const receipts = await readReceipts(stateDir, session);
  for (const receipt of receipts.slice(-last)) {
    io.out(json ? JSON.stringify(receipt) : receiptLine(receipt));
  }
  if (receipts.length > 0) return;
  if (session === undefined) return json ? undefined : io.out("no receipts yet");
  throw new UserError("failed", `no receipts of a session ${JSON.stringify(session)}`, {
    hint: "permissions audit shows all, each with the begin of its session's id",
  });
}

function receiptLine({ ts, session, verdict, tool, what, rule, exitCode }: StoredReceipt): string {
  const time = new Date(ts).toISOString().slice(0, 19).replace("T", " ");
  const end = exitCode === undefined ? "" : ` exit ${exitCode}`;
  return `${time} ${session.slice(0, 8)} ${verdict.padEnd(5)} ${tool}: ${
    showControls(what)
  } [${rule}]${end}`;
}
