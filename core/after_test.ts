import assert from "node:assert/strict";
import { after } from "./after.ts";

Deno.test("after() acts once the time is over, and not when it was taken back", async () => {
  const acts: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const takeBack = after(5, () => acts.push("taken back"));
  after(1, () => acts.push("first"));
  takeBack();
  // A timer of one's own keeps the process alive: `after` does not.
  const alive = setTimeout(() => {}, 5_000);
  after(30, resolve);
  await promise;
  clearTimeout(alive);
  assert.deepEqual(acts, ["first"]);
});
