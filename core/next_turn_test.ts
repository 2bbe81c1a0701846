import assert from "node:assert/strict";
import { nextTurn } from "./next_turn.ts";

Deno.test("nextTurn() lets timers and files have their turn, as a promise alone does not", async () => {
  let fired = false;
  setTimeout(() => fired = true);
  const end = performance.now() + 5;
  while (performance.now() < end) await Promise.resolve();
  assert.equal(fired, false);
  while (!fired && performance.now() < end + 2_000) await nextTurn();
  assert.ok(fired);
});
