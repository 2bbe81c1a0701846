import type { LMResponse } from "./types.ts";

/** Makes a reply out of a whole one, or of the pieces of a stream. */
export interface ReplyCollector<Part> {
  /** Takes a piece. */
  add(part: Part): void;
  /** The reply. */
  finish(): LMResponse;
}
