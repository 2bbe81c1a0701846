import type { WireToolCall } from "./_openai_wire.ts";
import type { LMToolCall } from "./types.ts";

/** Puts together the calls that come in pieces. */
export interface ToolCallCollector {
  /** Takes the next pieces. */
  add(pieces: readonly WireToolCall[]): void;
  /** The calls so far, in order; undefined when there are none. */
  calls(): readonly LMToolCall[] | undefined;
}

interface Draft {
  id: string;
  name: string;
  arguments: string;
}

/**
 * Makes a collector. Servers differ: an index may be missing or always 0, so a new id at a known
 * place starts a new call; ids may be missing, then they are made up.
 */
export function collectToolCalls(): ToolCallCollector {
  const drafts: Draft[] = [];
  const current = new Map<number, Draft>();
  const open = (index: number): Draft => {
    const draft = { id: "", name: "", arguments: "" };
    drafts.push(draft);
    current.set(index, draft);
    return draft;
  };
  return {
    add: (pieces) => {
      for (const { index = drafts.length === 0 ? 0 : -1, id, function: part } of pieces) {
        // Without an index, what has a name of its own is a call of its own.
        const last = index < 0 ? drafts.at(-1) : current.get(index);
        const another = last === undefined || (id && last.id !== "" && id !== last.id) ||
          (index < 0 && part?.name);
        const draft = another ? open(index < 0 ? drafts.length : index) : last;
        if (id) draft.id = id;
        if (part?.name && part.name !== draft.name) draft.name += part.name;
        const text = part?.arguments;
        if (text === undefined || text === null) continue;
        draft.arguments += typeof text === "string" ? text : JSON.stringify(text);
      }
    },
    calls: () =>
      drafts.length === 0
        ? undefined
        : drafts.map((draft, at) => ({ ...draft, id: draft.id || `call_${at + 1}` })),
  };
}
