import { compose } from "../../lm/compose.ts";
import { metered } from "../../lm/metered.ts";
import { redacted } from "../../lm/redacted.ts";
import type { LM, LMUsage } from "../../lm/types.ts";
import { NO_USAGE } from "../../lm/usage.ts";
import type { Redactor } from "../../safety/redact.ts";

/** What a tool's requests came to. */
export interface ToolSpending {
  /** Id of the model. */
  readonly model: string;
  /** Of all requests so far. */
  readonly usage: LMUsage;
}

/** The session's model for the requests of one call: it sees no secrets, and what it takes is told. */
export function toolModel(
  lm: LM,
  redactor: Pick<Redactor, "text">,
  window: number | undefined,
  told: (spending: ToolSpending) => void,
): LM {
  const total = {
    get total() {
      return spent;
    },
    set total(usage: LMUsage) {
      spent = usage;
      told({ model: lm.id, usage });
    },
  };
  let spent = NO_USAGE;
  const clean = compose(lm, redacted(redactor), metered(total));
  if (window === undefined) return clean;
  const params = { ...lm.params, numCtx: window };
  return Object.defineProperty(clean, "params", { value: params, enumerable: true });
}
