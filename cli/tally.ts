import type { Event, EventData } from "../core/events.ts";
import type { LMUsage } from "../core/lm/types.ts";
import { addUsage, NO_USAGE } from "../core/lm/usage.ts";

/** What was done so far, for people who ask. */
export interface TallyState {
  /** The conversation that a model goes on with: its id, or what a person called it. */
  readonly conversation?: string;
  /** What all requests to models took. */
  readonly usage: LMUsage;
  /** The newest answer's: model, tokens in the window, its size. */
  readonly last?: EventData["usage"];
  /** The model's list of steps. */
  readonly todo: EventData["todo"]["items"];
  /** Ids of the changes that each request made, newest last; those of this session. */
  readonly changes: readonly (readonly string[])[];
  /** Why a tool was chosen, newest last. */
  readonly choices: readonly EventData["choice"][];
}

/** Counts what events tell. */
export interface Tally {
  take(event: Event): void;
  /** Another conversation was chosen; undefined for one that begins with the next request. */
  goOnWith(conversation: string | undefined): void;
  /** The newest request was taken back. */
  takeBack(): void;
  now(): TallyState;
}

const MOST_CHOICES = 20;

/** Starts counting. */
export function createTally(): Tally {
  let state: TallyState = { usage: NO_USAGE, todo: [], choices: [], changes: [] };
  let asking = false;
  let begun = false;
  return {
    now: () => state,
    takeBack: () => void (state = { ...state, changes: state.changes.slice(0, -1) }),
    goOnWith(conversation) {
      const { conversation: _old, ...rest } = state;
      state = { ...rest, todo: [], changes: [], ...conversation !== undefined && { conversation } };
    },
    take({ type, data }) {
      if (type === "conversation") {
        if (data.kept !== false) state = { ...state, conversation: data.id };
      } else if (type === "todo") state = { ...state, todo: data.items };
      else if (type === "usage") {
        state = { ...state, usage: addUsage(state.usage, data.usage), last: data };
      } else if (type === "agent.start" || type === "agent.end") {
        asking = type === "agent.start";
        begun = false;
      } else if (type === "turn.start" && asking && !begun) {
        // To look at the window or to shorten the talk is no request: no turn begins.
        begun = true;
        state = { ...state, changes: [...state.changes, []] };
      } else if (type === "tool.end" && asking) {
        const id = changeId(data.data);
        const [newest = []] = state.changes.slice(-1);
        if (id) state = { ...state, changes: [...state.changes.slice(0, -1), [...newest, id]] };
      } else if (type === "choice") {
        state = { ...state, choices: [...state.choices, data].slice(-MOST_CHOICES) };
      }
    },
  };
}

/** Every call that changes files names the record that takes it back. */
function changeId(data: unknown): string | undefined {
  const id = (data as { undo?: unknown } | null)?.undo;
  return typeof id === "string" ? id : undefined;
}

/** A usage in one line: `1,234 tokens read (200 from the cache), 56 written, $0.0012`. */
export function usageLine(
  { inputTokens, outputTokens, cachedTokens, usd, estimated }: LMUsage,
): string {
  const sign = estimated ? "~" : "";
  // Not by `toLocaleString`: its first use loads the data of all languages, 15 ms.
  const count = (tokens: number) => sign + String(tokens).replace(/\B(?=(\d{3})+$)/g, ",");
  const cached = cachedTokens > 0 ? ` (${count(cachedTokens)} from the cache)` : "";
  const cost = usd === undefined ? "" : `, $${usd.toFixed(4)}`;
  return `${count(inputTokens)} tokens read${cached}, ${count(outputTokens)} written${cost}`;
}
