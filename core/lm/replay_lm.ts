import { throwIfAborted } from "./_aborted.ts";
import { wrapLM } from "./_wrap_lm.ts";
import { LMError } from "./lm_error.ts";
import { requestKey } from "./request_key.ts";
import type { LM, LMCapabilities, LMParams, LMRequest, LMResponse } from "./types.ts";

/** Replies of a model, by what was asked: plain JSON, to be kept in a file. */
export interface LMTape {
  /** The model's id. */
  readonly id: string;
  /** What it could do. */
  readonly can: LMCapabilities;
  /** What it was set to. */
  readonly params?: LMParams;
  /** Replies by {@linkcode requestKey}. */
  readonly replies: Record<string, LMResponse>;
}

/**
 * An empty tape for a model.
 *
 * @param lm whose replies it is for.
 */
export function newTape({ id, can, params }: LM): LMTape {
  return { id, can: { ...can }, ...params && { params }, replies: {} };
}

/**
 * A model that answers from a tape. Without a model to record it needs no network, and what is not
 * on the tape is refused.
 *
 * @param tape read, and added to while recording.
 * @param record asked for what is not on the tape yet.
 * @throws {LMError} from `call`: `refused` for a request that is not on the tape.
 *
 * @example
 * ```ts
 * import { newTape, replayLM, scriptedLM } from "@dspy/code/core/lm";
 * import assert from "node:assert/strict";
 *
 * const lm = scriptedLM(["Hello."]);
 * const tape = newTape(lm);
 * const request = { messages: [{ role: "user" as const, content: "Greet me." }] };
 * await replayLM(tape, lm).call(request);
 * assert.equal((await replayLM(tape).call(request)).text, "Hello.");
 * ```
 */
export function replayLM(tape: LMTape, record?: LM): LM {
  const { id, can, params } = tape;
  const call = async (request: LMRequest): Promise<LMResponse> => {
    throwIfAborted(request.signal);
    const key = await requestKey(tape, request);
    const known = Object.hasOwn(tape.replies, key) ? tape.replies[key] : undefined;
    if (known !== undefined) {
      const { text, thinking } = known;
      if (text || thinking) request.onDelta?.({ ...thinking && { thinking }, ...text && { text } });
      return known;
    }
    if (record === undefined) {
      throw new LMError("refused", `the tape of ${id} has no reply to this request (${key})`, {
        hint: "record it again",
      });
    }
    return tape.replies[key] = await record.call(request);
  };
  return record ? wrapLM(record, call) : { id, can, ...params && { params }, call };
}
