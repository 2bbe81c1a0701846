import type { ControlEntry } from "../log/decision.ts";
import { readState } from "./_saved_state.ts";
import { freshState, type PolicyFold, type PolicyState } from "./policy_state.ts";

/** What {@linkcode foldEntry} needs of the reader of a log. */
export interface EntryReader {
  /** Goes on from another state, with the prior and the options of the fold. */
  open(state: PolicyState): PolicyFold;
  /** All entries that are left of the log before an offset, oldest first. */
  before(offset: number): AsyncIterable<unknown>;
}

/**
 * Takes the next entry of a log, also what the person did to the policy: after a `reset` nothing is
 * learned, after a `replay` all that is left of the log, after an `import` what the state says.
 *
 * @returns the fold to go on with; another one after a control entry.
 */
export async function foldEntry(
  policy: PolicyFold,
  { offset, value }: { readonly offset: number; readonly value: unknown },
  { open, before }: EntryReader,
): Promise<PolicyFold> {
  if (!isControl(value)) {
    policy.take(value);
    return policy;
  }
  if (value.action === "import") {
    try {
      return open({ ...readState(value.state), offset, open: {} });
    } catch {
      // It was looked at before it was logged: this one was written by somebody else.
      policy.take(undefined);
      return policy;
    }
  }
  const fresh = open(freshState());
  if (value.action === "replay") {
    for await (const entry of before(offset)) if (!isControl(entry)) fresh.take(entry);
  }
  return open({ ...fresh.state(), offset });
}

/** Whether an entry says what the person did to the policy. */
export function isControl(value: unknown): value is ControlEntry {
  const { v, kind, action } = Object(value) as Partial<ControlEntry>;
  return v === 1 && kind === "control" && ["reset", "replay", "import"].includes(action!);
}
