import type { LMToolCall, LMUsage } from "../../lm/types.ts";

/** What an entry of a conversation says. */
export type EntryBody =
  | {
    readonly kind: "user";
    /** What the person asked for or said meanwhile. */
    readonly text: string;
    /** Bytes of the files it names with `@` that were cut; each is kept under its name with `@`. */
    readonly bytes?: number;
  }
  | {
    readonly kind: "assistant";
    /** What the model said. */
    readonly text: string;
    readonly thinking?: string;
    /** What it wanted called, in order. */
    readonly calls?: readonly LMToolCall[];
    /** Id of the model. */
    readonly model: string;
    readonly usage: LMUsage;
    /** Set when it is the answer of a run in plan mode. */
    readonly plan?: true;
    /** Set when the reply was cut off: an error, Ctrl-C, the limit of tokens. */
    readonly cut?: string;
  }
  | {
    readonly kind: "result";
    /** Id of the call that this answers. */
    readonly call: string;
    readonly tool: string;
    readonly ok: boolean;
    /** As the model sees it: cut to size. */
    readonly text: string;
    /** Bytes of the whole text, when it was cut; it is kept under the call's id. */
    readonly bytes?: number;
    /** What the call took, when it asked a model itself. */
    readonly usage?: LMUsage;
  }
  | {
    readonly kind: "note";
    /** The file of the project's own instructions that it tells. */
    readonly path: string;
    readonly text: string;
  }
  | {
    readonly kind: "compaction";
    /** Stands for all that came before `keep`. */
    readonly summary: string;
    /** Id of the first entry that stays as it is; absent when none does. */
    readonly keep?: string;
    readonly usage: LMUsage;
  }
  | {
    readonly kind: "pruned";
    /** Results before this entry are shown by one line each. */
    readonly before: string;
  };

/** One entry: a conversation is a tree of them, and what counts is the way from a leaf to the root. */
export interface Entry {
  /** Version of this shape. */
  readonly v: 1;
  /** Unique in the conversation. */
  readonly id: string;
  /** The entry it follows; null for the first. */
  readonly parent: string | null;
  /** Milliseconds since the epoch. */
  readonly ts: number;
  /** What it says. */
  readonly body: EntryBody;
}
