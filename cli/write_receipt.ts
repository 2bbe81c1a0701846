import { appendReceipt } from "../core/safety/audit.ts";
import type { Receipt } from "../core/safety/receipt.ts";
import { secretValues } from "../core/safety/secret_values.ts";

/** Appends a receipt without the values of keys in the environment. */
export async function writeReceipt(
  dir: string,
  receipt: Receipt,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  await appendReceipt(dir, receipt, { secrets: secretValues(env) });
}
