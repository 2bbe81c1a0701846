import type { Store } from "../../core/store/types.ts";
import type { GateVerdict } from "../ope/gate_types.ts";

/** Stream of the store that verdicts go to. */
export const VERDICTS = "rl.verdicts";

/** What the gate said of a challenger at a look, to be read and kept. */
export interface VerdictRecord {
  /** Version of this shape. */
  readonly v: 1;
  /** Its number, which grows; one that stands twice was written twice and counts once. */
  readonly n: number;
  /** Milliseconds since the epoch. */
  readonly ts: number;
  /** Offset in the log of decisions up to which was looked. */
  readonly log: number;
  /** Name of the policy that is to be beaten; of a promoted one's predecessor when it is watched. */
  readonly champion: string;
  /** Name of the policy that is judged. */
  readonly challenger: string;
  /** How many decisions were looked at, with and without a reward. */
  readonly rows: number;
  /** Outcomes that could not be used since the gate was opened, by why. */
  readonly aside: Readonly<Record<string, number>>;
  /** Numbers, thresholds and reasons. */
  readonly verdict: GateVerdict;
}

/**
 * The verdicts of a store, oldest first, each once; what is none is left out.
 *
 * @param after only those after this offset of the stream. Default 0: all.
 *
 * @example
 * ```ts
 * import { openMemoryStore } from "@dspy/code/core/store";
 * import { readVerdicts } from "@dspy/code/rl";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(await readVerdicts(openMemoryStore()), []);
 * ```
 */
export async function readVerdicts(
  store: Pick<Store, "read">,
  after = 0,
): Promise<VerdictRecord[]> {
  const found = new Map<number, VerdictRecord>();
  for (let from = after;;) {
    const page = await store.read(VERDICTS, { after: from, limit: 1000 });
    for (const { value } of page) {
      if (isVerdict(value) && !found.has(value.n)) found.set(value.n, value);
    }
    if (page.length === 0) return [...found.values()];
    from = page.at(-1)!.offset;
  }
}

/** Whether an entry of the stream is a verdict that this program can read. */
export function isVerdict(value: unknown): value is VerdictRecord {
  const { v, n, verdict } = Object(value) as Partial<VerdictRecord>;
  return v === 1 && Number.isSafeInteger(n) && typeof verdict === "object" && verdict !== null;
}
