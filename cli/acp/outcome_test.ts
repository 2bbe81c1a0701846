import assert from "node:assert/strict";
import type { StopReason } from "../../core/events.ts";
import { outcomeOf } from "./outcome.ts";

const end = (stop: StopReason) => ({ stop, ok: false, summary: "why", next: [] });

Deno.test("outcomeOf() says how a run ended in the protocol's words", () => {
  const reason = (stop: StopReason) => outcomeOf(end(stop), true).stopReason;
  assert.equal(reason("done"), "end_turn");
  assert.equal(reason("aborted"), "cancelled");
  assert.equal(reason("limit:steps"), "max_turn_requests");
  assert.equal(reason("limit:tokens"), "max_tokens");
  assert.equal(reason("limit:loop"), "end_turn");
  assert.equal(reason("permission"), "end_turn");
  assert.equal(reason("error"), "end_turn");
});

Deno.test("outcomeOf() of an error without an answer is an error", () => {
  assert.throws(() => outcomeOf(end("error"), false), { message: "why" });
});
