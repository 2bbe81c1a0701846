import assert from "node:assert/strict";
import { pause } from "./pause.ts";

Deno.test("pause() ends with its time or its signal, also one that fired before", async () => {
  const began = performance.now();
  await pause(10);
  assert.ok(performance.now() - began >= 9);
  const abort = new AbortController();
  const waiting = pause(60_000, abort.signal);
  abort.abort();
  await waiting;
  await pause(60_000, abort.signal);
});
